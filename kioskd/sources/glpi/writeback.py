"""What the room acknowledged, written into GLPI: off unless configured, with an account of its own.

Nothing is tried again here: ``Outage`` means later, ``Refusal`` means never. What GLPI already has
is not written a second time, so that a try whose answer was lost may be made again.
"""

import html
from typing import Any

import aiohttp
import msgspec

from kioskd.config import Glpi
from kioskd.sources import Context
from kioskd.sources.glpi.answers import NotThere, RightMissing
from kioskd.sources.glpi.calls import ticket_of
from kioskd.sources.glpi.highlevel import HighLevel
from kioskd.sources.glpi.highlevel_rows import assigned, member
from kioskd.sources.glpi.search import number
from kioskd.sources.glpi.session import Session, client
from kioskd.sources.glpi.text import described
from kioskd.sources.glpi.words import say
from kioskd.sources.outage import Refusal

ASSIGNED = 2  # the type of a user's link to a ticket
LAST = 20  # follow-ups that are looked at


async def acknowledge(settings: Glpi, context: Context, alert_id: str, who: str) -> None:
    """Tell GLPI that the room has seen an alert; ``who`` is a person's or a panel's name.

    Does nothing where ``settings.acknowledge`` is off, or for an alert about no ticket.
    """
    ticket = ticket_of(alert_id)
    if settings.acknowledge == "off" or ticket is None:
        return
    said = say(context.language, "acknowledged", what=context.kiosk_id, who=who)
    async with client(settings) as http:
        session = _session(settings, context, http)
        try:
            if settings.acknowledge == "assign":
                await _assign(session, ticket)
            else:
                await _follow_up(session, ticket, said)
        except (RightMissing, NotThere) as error:
            told = error.fault.params  # names and codes, which are the same in every language
            detail = told.get("detail") or f"{told['profile']}, {told['what']}"
            raise Refusal("glpi_write", place=session.place, detail=detail) from None
        finally:
            await session.close()


def _session(settings: Glpi, context: Context, http: aiohttp.ClientSession) -> Session:
    """A login of its own: this account may write, and the one that reads may not."""
    apart = msgspec.structs.replace(context, memory={})
    if settings.api == "v2":
        own = msgspec.structs.replace(settings, oauth=settings.acknowledge_oauth)
        return HighLevel(own, apart, http)
    own = msgspec.structs.replace(settings, user_token_file=settings.acknowledge_token_file)
    return Session(own, apart, http)


async def _follow_up(session: Session, ticket: int, said: str) -> None:
    await session.log_in()
    content = f"<p>{html.escape(said, quote=False)}</p>"
    item: dict[str, Any]
    if isinstance(session, HighLevel):
        path = f"Assistance/Ticket/{ticket}/Timeline/Followup"
        # Each stands in an envelope that GLPI's own description of its API doesn't know.
        told = [row.get("item", row) for row in (await session.below(path)).rows]
        item = {"content": content, "is_private": True}
    else:
        query = [("range", f"0-{LAST - 1}"), ("sort", "id"), ("order", "DESC")]
        told = list((await session.get(f"Ticket/{ticket}/ITILFollowup", query)).rows)
        path = "ITILFollowup"
        ours = {"itemtype": "Ticket", "items_id": ticket, "content": content, "is_private": 1}
        item = {"input": ours}
    there = [row.get("content") for row in told if isinstance(row, dict)]
    if not any(described(each, session.major) == said for each in there):
        await session.post(path, item)


async def _assign(session: Session, ticket: int) -> None:
    login = await session.log_in()
    if login.user is None:
        raise Refusal("glpi_write", place=session.place, detail="glpiID")
    if isinstance(session, HighLevel):
        path = f"Assistance/Ticket/{ticket}/TeamMember"
        team = assigned(list((await session.below(path)).rows))
        if ("user", login.user) not in [member(each) for each in team]:
            await session.post(path, {"type": "User", "id": login.user, "role": "assigned"})
        return
    there = await session.get(f"Ticket/{ticket}/Ticket_User", [("range", "0-99")])
    if any(
        number(row.get("type")) == ASSIGNED and number(row.get("users_id")) == login.user
        for row in there.rows
    ):
        return
    item = {"tickets_id": ticket, "users_id": login.user, "type": ASSIGNED}
    await session.post("Ticket_User", {"input": item})
