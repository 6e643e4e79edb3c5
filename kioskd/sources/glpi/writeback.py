"""What the room acknowledged, written into GLPI: off unless configured, with a token of its own.

Nothing is tried again here: ``Outage`` means later, ``Refusal`` means never. What GLPI already has
is not written a second time, so that a try whose answer was lost may be made again.
"""

import dataclasses
import html

import msgspec

from kioskd.config import Glpi
from kioskd.sources import Context
from kioskd.sources.glpi.answers import NotThere, RightMissing
from kioskd.sources.glpi.calls import ticket_of
from kioskd.sources.glpi.search import number
from kioskd.sources.glpi.session import Session, client
from kioskd.sources.glpi.text import described
from kioskd.sources.glpi.words import say
from kioskd.sources.reasons import Refusal

ASSIGNED = 2  # the type of a user's link to a ticket
LAST = 20  # follow-ups that are looked at


async def acknowledge(settings: Glpi, context: Context, alert_id: str, who: str) -> None:
    """Tell GLPI that the room has seen an alert; ``who`` is a person's or a panel's name.

    Does nothing where ``settings.acknowledge`` is off, or for an alert about no ticket.
    """
    ticket, file = ticket_of(alert_id), settings.acknowledge_token_file
    if settings.acknowledge == "off" or ticket is None or file is None:
        return
    # A login of its own: this token may write, and the one that reads may not.
    writing = msgspec.structs.replace(settings, user_token_file=file)
    apart = dataclasses.replace(context, memory={})
    async with client(settings) as http:
        session = Session(writing, apart, http)
        try:
            if settings.acknowledge == "assign":
                await _assign(session, ticket)
            else:
                await _follow_up(session, ticket, context, who)
        except (RightMissing, NotThere) as error:
            raise Refusal("glpi_write", place=session.place, detail=str(error)) from None
        finally:
            await session.close()


async def _follow_up(session: Session, ticket: int, context: Context, who: str) -> None:
    said = say(context.language, "acknowledged", what=context.kiosk_id, who=who)
    await session.log_in()
    query = [("range", f"0-{LAST - 1}"), ("sort", "id"), ("order", "DESC")]
    there = await session.get(f"Ticket/{ticket}/ITILFollowup", query)
    if any(described(row.get("content"), session.major) == said for row in there.rows):
        return
    content = f"<p>{html.escape(said, quote=False)}</p>"
    item = {"itemtype": "Ticket", "items_id": ticket, "content": content, "is_private": 1}
    await session.post("ITILFollowup", {"input": item})


async def _assign(session: Session, ticket: int) -> None:
    login = await session.log_in()
    if login.user is None:
        raise Refusal("glpi_write", place=session.place, detail="the token's user is not told")
    there = await session.get(f"Ticket/{ticket}/Ticket_User", [("range", "0-99")])
    if any(
        number(row.get("type")) == ASSIGNED and number(row.get("users_id")) == login.user
        for row in there.rows
    ):
        return
    item = {"tickets_id": ticket, "users_id": login.user, "type": ASSIGNED}
    await session.post("Ticket_User", {"input": item})
