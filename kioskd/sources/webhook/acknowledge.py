"""An acknowledgement told to the program that sent the alert: a silence, a note, or a post.

Nothing is tried again here: ``Outage`` means later, ``Refusal`` means never. What was told already
is not told a second time, so that a try whose answer was lost may be made again.
"""

import datetime
from typing import Any, NamedTuple, Protocol, TypeVar

import aiohttp
import msgspec
from msgspec import Struct

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


Kind = TypeVar("Kind")


class Refused(Struct):
    """Of JSON-RPC: why not."""

    message: str = ""
    data: Any = ""


class Told(Struct):
    error: Refused | None = None


class Status(Struct, rename="camel"):
    """Of an alert or a silence in Alertmanager's API v2."""

    state: str = ""
    silenced_by: list[str] = []


class Active(Struct):
    status: Status
    fingerprint: str = ""
    labels: dict[str, str] = {}


class Silence(Struct, rename="camel"):
    id: str
    status: Status
    created_by: str = ""


class Answer(NamedTuple):
    """``place``: whose it is."""

    content: bytes
    place: str

    def read(self, kind: type[Kind]) -> Kind:
        """Raises ``Outage`` where it is nothing of this kind."""
        try:
            return msgspec.json.decode(self.content or b"{}", type=kind)
        except (msgspec.MsgspecError, UnicodeError):
            said = tr("answers with other JSON than expected, or none")
            raise Outage("not_a_helpdesk", place=self.place, detail=said) from None


class Ask(Protocol):
    """One request to the program: GET, or POST with a body."""

    async def __call__(self, path: str, body: object = None) -> Answer: ...


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
    found = (await ask("/api/v2/alerts")).read(list[Active])
    there = next((each for each in found if each.fingerprint == alert.id), None)
    if there is None:
        raise Refusal("lost", place=call.url, detail=tr("knows no such alert any more"))
    for silence in (await ask("/api/v2/silences")).read(list[Silence]):
        ours = silence.created_by == CREATED_BY and silence.status.state == "active"
        if ours and silence.id in there.status.silenced_by:
            return  # an earlier try came through, though its answer was lost
    now = datetime.datetime.now(datetime.UTC)
    until = now + datetime.timedelta(seconds=float(call.silence_for))
    matchers = [
        {"name": name, "value": value, "isRegex": False, "isEqual": True}
        for name, value in sorted(there.labels.items())
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
    if wrong := (await ask("", body)).read(Told).error:
        said = f"{wrong.message} {wrong.data}".strip()
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

    async def ask(path: str, body: object = None) -> Answer:
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
                return Answer(await answer.read(), base.place)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise explain(error, base, context) from None

    return ask
