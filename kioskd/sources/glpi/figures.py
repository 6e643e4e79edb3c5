"""The dashboard's figures, each with what exactly it means.

Windows are told to GLPI in its own words (``-30DAY``), and each row is looked at again: GLPI takes
a window that it can't read as none at all.
"""

import datetime
from dataclasses import dataclass

from kioskd.config import Glpi
from kioskd.core.messages import Json
from kioskd.sources.glpi.search import Criterion, Row, number, pages, search
from kioskd.sources.glpi.session import Answer, Session
from kioskd.sources.glpi.text import instant

OPENED, STATUS, TAKEN, SOLVED_AFTER = 15, 12, 150, 154
ANSWERED, SATISFACTION = 61, 62
BEST = 5  # GLPI's satisfaction goes from 0 to 5
PAGE = 1000


@dataclass(frozen=True)
class Figures:
    """None: there is nothing to reckon it from."""

    response: float | None = None
    """Seconds."""
    resolved: int | None = None
    satisfaction: int | None = None
    surveys: int | None = None


async def read(settings: Glpi, session: Session, groups: list[Criterion] | None) -> Figures:
    """The figures of the windows that ``settings`` name."""
    opened = await _rows(session, OPENED, settings.window, (STATUS, TAKEN, SOLVED_AFTER), groups)
    answered = None
    if session.has_surveys:
        answered = await _rows(session, ANSWERED, settings.survey_window, (SATISFACTION,), groups)
    return reckoned(opened, answered, settings.response)


def reckoned(opened: list[Row], answered: list[Row] | None, response: str = "taken") -> Figures:
    """The figures of the tickets opened in one window, and of those answered in another.

    None: nothing is known of surveys.
    """
    column = str(TAKEN if response == "taken" else SOLVED_AFTER)
    delays = [delay for row in opened if (delay := number(row.get(column))) and delay > 0]
    old = sum(number(row.get(str(STATUS))) in (5, 6) for row in opened)
    # An answer without a score is one too: GLPI never stores a 0 that was sent as a number.
    scores = [score for row in answered or () if (score := _score(row)) is not None]
    return Figures(
        sum(delays) / len(delays) if delays else None,
        round(100 * old / len(opened)) if opened else None,
        round(100 * sum(scores) / len(scores) / BEST) if scores else None,
        None if answered is None else len(answered),
    )


def _score(row: Row) -> float | None:
    try:
        return float(row[str(SATISFACTION)])
    except (KeyError, TypeError, ValueError):
        return None


async def _rows(
    session: Session,
    date: int,
    days: int,
    columns: tuple[int, ...],
    groups: list[Criterion] | None,
) -> list[Row]:
    criteria: list[Criterion | list[Criterion]] = [Criterion(date, "morethan", f"-{days}DAY")]
    query = search(criteria + ([groups] if groups else []), (2, date, *columns))

    async def fetch(first: int, last: int) -> Answer:
        return await session.get("search/Ticket", [*query, ("range", f"{first}-{last}")])

    found: dict[int, Row] = {}
    async for rows in pages(fetch, PAGE, "2"):
        found |= {identity: row for row in rows if (identity := number(row.get("2")))}
    since = session.now() - datetime.timedelta(days=days, hours=1)
    return [row for row in found.values() if _later(row, date, since, session)]


def _later(row: Row, date: int, since: datetime.datetime, session: Session) -> bool:
    moment = instant(row.get(str(date)), session.zone)
    return moment is not None and moment >= since


def kpis(figures: Figures, open_tickets: int) -> Json:
    """As the guide's ``kpis``."""
    return {
        "openTickets": open_tickets,
        "avgResponseTime": None if figures.response is None else span(figures.response),
        "resolutionRate": figures.resolved,
        "customerSatisfaction": figures.satisfaction,
        "surveyCount": figures.surveys,
    }


def span(seconds: float) -> str:
    """``2h 30m``, as the guide writes it; from two days on ``3d 4h``."""
    minutes = round(seconds / 60)
    days, hours = minutes // 1440, minutes // 60
    if days >= 2:
        return f"{days}d {hours % 24}h"
    return f"{hours}h {minutes % 60}m" if hours else f"{minutes}m"


def definitions(settings: Glpi) -> dict[str, str]:
    """What each figure means, in one line of English; docs/glpi.md has the same."""
    days, surveys = settings.window, settings.survey_window
    opened = f"tickets opened in the last {days} days"
    what = "taken into account" if settings.response == "taken" else "solved"
    return {
        "openTickets": "tickets that are neither solved nor closed nor in the trash",
        "avgResponseTime": f"mean time until {opened} were {what}; those that are not yet don't "
        "count",
        "resolutionRate": f"of the {opened}, how many per cent are solved or closed",
        "customerSatisfaction": f"mean score of the surveys answered in the last {surveys} days, "
        "in per cent of 5; an answer without a score doesn't count",
        "surveyCount": f"surveys answered in the last {surveys} days, with a score or without",
    }
