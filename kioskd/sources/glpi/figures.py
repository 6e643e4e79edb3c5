"""The dashboard's figures, each with what exactly it means.

Windows are told to GLPI in its own words (``-30DAY``), and each row is looked at again: GLPI takes
a window that it can't read as none at all.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kioskd.config import Glpi
from kioskd.core.messages import Json
from kioskd.sources.glpi.highlevel_rows import GROUPS
from kioskd.sources.glpi.search import Criterion, Row, many, number, pages, search
from kioskd.sources.glpi.session import Session
from kioskd.sources.glpi.session_answer import Answer
from kioskd.sources.glpi.text import instant
from kioskd.words import tr

OPENED, STATUS, TAKEN, SOLVED_AFTER = 15, 12, 150, 154
ANSWERED, SATISFACTION = 61, 62
SURVEYS = 2000  # the newest that are looked at
BEST = 5  # GLPI's satisfaction goes from 0 to 5


@dataclass(frozen=True)
class Figures:
    """None: there is nothing to reckon it from."""

    response: float | None = None
    """Seconds."""
    resolved: int | None = None
    satisfaction: int | None = None
    surveys: int | None = None


async def read(settings: Glpi, session: Session, groups: Sequence[int]) -> Figures:
    """The figures of the windows that ``settings`` name."""
    columns = (STATUS, TAKEN, SOLVED_AFTER)
    found = opened(
        await _rows(session, OPENED, settings.window, columns, groups), settings.response
    )
    if session.has_surveys:
        rows = await _rows(session, ANSWERED, settings.survey_window, (SATISFACTION,), groups)
        return answered(found, await _scaled(session, rows) if session.major >= 11 else rows)
    if groups:
        return found  # GLPI's own reckoning knows no groups
    return _with(found, await session.answered(settings.survey_window))


async def _scaled(session: Session, rows: list[Row]) -> list[Row]:
    """``rows`` with scores from 0 to 5: in GLPI 11 each entity has a best score of its own.

    The search has what was answered, the list of surveys the same brought to 5
    (src/CommonITILSatisfaction.php). A score that isn't in the list is left out.
    """
    query = [("range", f"0-{SURVEYS - 1}"), ("sort", "id"), ("order", "DESC")]
    listed = (await session.get("TicketSatisfaction", [*query, ("get_hateoas", "false")])).rows
    scaled = {number(row.get("tickets_id")): row.get("satisfaction_scaled_to_5") for row in listed}
    return [{**row, str(SATISFACTION): scaled.get(number(row.get("2")))} for row in rows]


def opened(rows: Sequence[Row], response: str = "taken") -> Figures:
    """The figures of the tickets that were opened in a window."""
    column = str(TAKEN if response == "taken" else SOLVED_AFTER)
    delays = [delay for row in rows if (delay := number(row.get(column))) and delay > 0]
    old = sum(number(row.get(str(STATUS))) in (5, 6) for row in rows)
    return Figures(
        sum(delays) / len(delays) if delays else None,
        round(100 * old / len(rows)) if rows else None,
    )


def answered(figures: Figures, rows: Sequence[Row]) -> Figures:
    """``figures`` with those of the surveys that were answered in a window.

    An answer without a score is one too: GLPI never stores a 0 that was sent as a number.
    """
    scores = [score for row in rows if (score := _score(row)) is not None]
    return _with(figures, (len(rows), sum(scores) / len(scores) if scores else None))


def _with(figures: Figures, surveys: tuple[int, float | None] | None) -> Figures:
    """``figures`` with a number of surveys and their mean; None: nothing is known of them."""
    count, mean = surveys or (None, None)
    satisfied = None if mean is None else round(100 * mean / BEST)
    return replace(figures, satisfaction=satisfied, surveys=count)


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
    groups: Sequence[int],
) -> list[Row]:
    criteria: list[Criterion | list[Criterion]] = [Criterion(date, "morethan", f"-{days}DAY")]
    if groups and session.filters_groups:
        criteria.append([Criterion(8, "under", str(group)) for group in groups])
    query = search(criteria, (2, date, *columns))

    async def fetch(first: int, last: int) -> Answer:
        return await session.get("search/Ticket", [*query, ("range", f"{first}-{last}")])

    found: dict[int, Row] = {}
    async for rows in pages(fetch, session.page, "2"):
        found |= {identity: row for row in rows if (identity := number(row.get("2")))}
    if groups and not session.filters_groups:
        wanted = set(groups)
        found = {i: row for i, row in found.items() if not wanted.isdisjoint(many(row.get(GROUPS)))}
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
    """What each figure means, in one line; docs/glpi.md has the same."""
    days, surveys = settings.window, settings.survey_window
    opened = tr("tickets opened in the last {days} days", days=days)
    what = tr("taken into account") if settings.response == "taken" else tr("solved")
    found = {
        "openTickets": tr("tickets that are neither solved nor closed nor in the trash"),
        "avgResponseTime": tr(
            "mean time until {opened} were {what}; those that are not yet don't count",
            opened=opened,
            what=what,
        ),
        "resolutionRate": tr(
            "of the {opened}, how many per cent are solved or closed", opened=opened
        ),
        "customerSatisfaction": tr(
            "mean score of the surveys answered in the last {days} days, in per cent of "
            "5; an answer without a score doesn't count",
            days=surveys,
        ),
        "surveyCount": tr(
            "surveys answered in the last {days} days, with a score or without", days=surveys
        ),
    }
    return found | _highlevel(settings, surveys) if settings.api == "v2" else found


def _highlevel(settings: Glpi, days: int) -> dict[str, str]:
    """What is otherwise with api: v2, and what it doesn't tell."""
    closed = tr("surveys of the tickets closed in the last {days} days", days=days)
    none = tr("not shown: api: v2 tells it of all groups only; api: legacy has it")
    surveys = {
        "customerSatisfaction": tr(
            "mean score of the answered {surveys}, in per cent of 5", surveys=closed
        ),
        "surveyCount": tr("answered {surveys}", surveys=closed),
    }
    seen = tr("what kioskd saw change: api: v2 has no history; api: legacy has it")
    return (dict.fromkeys(surveys, none) if settings.groups else surveys) | {"recentActivity": seen}
