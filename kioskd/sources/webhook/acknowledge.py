"""An acknowledgement told to the program that sent the alert: a silence, a note, or a post.

Nothing is tried again here: ``Outage`` means later, ``Refusal`` means never. What was told already
is not told a second time, so that a try whose answer was lost may be made again.
"""

import datetime
from typing import Any, Protocol

import aiohttp
import msgspec

from kioskd.config import AcknowledgeCall, Webhook
from kioskd.config.secret_file import read_secret, why_no_secret
from kioskd.core.alert_entry import Entry
from kioskd.sources import Context
from kioskd.sources.diagnosis import explain, refusal
from kioskd.sources.link import way_to
from kioskd.sources.outage import Outage, Refusal
from kioskd.words import tr

TIMEOUT = 10.0  # seconds for one answer
CREATED_BY = "kioskd"
ACKNOWLEDGE, MESSAGE = 2, 4  # Zabbix, event.acknowledge: the bits of ``action``


class Ask(Protocol):
    """One request to the program: GET, or POST with a body; the answer's JSON."""

    async def __call__(self, path: str, body: object = None) -> Any: ...


async def acknowledge(settings: Webhook, context: Context, alert: Entry, who: str) -> None:
    """Tell the sender of ``alert`` that ``who`` has seen it."""
    if (call := settings.acknowledge) is None:
        return
    timeout = aiohttp.ClientTimeout(total=TIMEOUT)
    async with aiohttp.ClientSession(
        timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()
    ) as session:
        ask = _asker(session, call, context)
        comment = f"{who} ({context.kiosk_id})" if who else context.kiosk_id
        match settings.preset:
            case "alertmanager" | "grafana":
                await _silence(ask, call, alert, comment)
            case "zabbix":
                await _note(ask, alert, comment)
            case _:
                body = {"id": alert.id, "title": alert.title, "by": who, "kiosk": context.kiosk_id}
                await ask("", body)


async def _silence(ask: Ask, call: AcknowledgeCall, alert: Entry, comment: str) -> None:
    """A silence for exactly the labels that the alert has, as Alertmanager's API v2 has it."""
    found = await ask("/api/v2/alerts")
    there = next((each for each in found if each.get("fingerprint") == alert.id), None)
    if there is None:
        raise Refusal("lost", place=call.url, detail=tr("knows no such alert any more"))
    for silence in await ask("/api/v2/silences"):
        ours = silence.get("createdBy") == CREATED_BY and silence["status"]["state"] == "active"
        if ours and silence["id"] in there["status"]["silencedBy"]:
            return  # an earlier try came through, though its answer was lost
    now = datetime.datetime.now(datetime.UTC)
    until = now + datetime.timedelta(seconds=float(call.silence_for))
    matchers = [
        {"name": name, "value": value, "isRegex": False, "isEqual": True}
        for name, value in sorted(there["labels"].items())
    ]
    body = {
        "matchers": matchers,
        "startsAt": now.isoformat(),
        "endsAt": until.isoformat(),
        "createdBy": CREATED_BY,
        "comment": comment,
    }
    await ask("/api/v2/silences", body)


async def _note(ask: Ask, alert: Entry, comment: str) -> None:
    """Zabbix' own acknowledgement, with who it was (JSON-RPC, event.acknowledge)."""
    params = {"eventids": [alert.id], "action": ACKNOWLEDGE + MESSAGE, "message": comment}
    body = {"jsonrpc": "2.0", "method": "event.acknowledge", "params": params, "id": 1}
    answer = await ask("", body)
    if wrong := answer.get("error"):
        said = f"{wrong.get('message', '')} {wrong.get('data', '')}".strip()
        raise Refusal("ack_refused", place=alert.source, detail=said[:200])


def _asker(session: aiohttp.ClientSession, call: AcknowledgeCall, context: Context) -> Ask:
    proxy = None if context.proxy == "direct" else context.proxy
    base = way_to(call.url, call.ca_file, proxy)
    headers = {"Content-Type": "application/json"}
    if call.token_file is not None:
        try:
            headers["Authorization"] = f"Bearer {read_secret(call.token_file).reveal()}"
        except OSError as error:
            raise Refusal(
                "token_file", file=call.token_file, detail=why_no_secret(error, call.token_file)
            ) from None

    async def ask(path: str, body: object = None) -> Any:
        url = base.url.with_path(base.url.path.rstrip("/") + path) if path else base.url
        try:
            async with session.request(
                "GET" if body is None else "POST",
                url,
                data=None if body is None else msgspec.json.encode(body),
                headers=headers,
                ssl=base.tls,
                proxy=base.proxy,
                allow_redirects=False,
            ) as answer:
                if wrong := refusal(answer.status, base, answer.headers.get("Location", "")):
                    raise wrong
                content = await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise explain(error, base, context) from None
        try:
            return msgspec.json.decode(content) if content else {}
        except msgspec.DecodeError:
            raise Outage("not_a_helpdesk", place=base.place, detail=tr("answers no JSON")) from None

    return ask
