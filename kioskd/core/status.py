"""What kioskd says of itself: the parts of the status, as JSON and as one line. Decides nothing."""

import time
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kioskd.config import SEVERITIES, View
from kioskd.core import messages
from kioskd.core.faults import Fault
from kioskd.core.hub import Panel
from kioskd.core.messages import Json
from kioskd.core.state import State


@dataclass
class SourceView:
    """One source as status and the panels show it."""

    name: str
    kind: str
    views: tuple[View, ...]
    state: str = "connecting"
    since: str = field(default_factory=messages.timestamp)
    turned: float = field(default_factory=time.monotonic)
    fault: Fault | None = None
    secret_file: str | None = None
    origins: Mapping[View, str] = field(default_factory=dict)


class PartFault(NamedTuple):
    """One thing that is wrong outside of kioskd; ``code`` and ``about`` let panels translate it."""

    part: str
    message: str
    code: str = ""
    about: str = ""


def faults(own: Mapping[str, str], others: Iterable[PartFault]) -> list[Json]:
    """What is wrong, the causes before what follows from them."""
    ours = (PartFault(part, said, part) for part, said in own.items())
    return [fault._asdict() for fault in (*others, *ours)]


def sources(found: Iterable[SourceView], state: State) -> list[Json]:
    """Each source: its link, since when, what is wrong, and how old its views are."""
    return [
        {
            "name": source.name,
            "kind": source.kind,
            "state": source.state,
            "since": source.since,
            "seconds": round(time.monotonic() - source.turned, 1),
            "error": _first(source, state),
            "reason": source.fault and source.fault.code,
            "about": source.fault.about if source.fault else "",
            "params": source.fault.params if source.fault else {},
            "secretFile": source.secret_file,
            "views": {
                view: freshness(view, state)
                | {
                    "origin": source.origins.get(view, ""),
                    "fault": _told(state.unavailable.get(view)),
                    "remarks": [_told(remark) for remark in _remarks(view, state)],
                }
                for view in source.views
            },
        }
        for source in found
    ]


def freshness(view: View, state: State) -> Json:
    age, held = state.age(view), state.held.get(view)
    return {
        "age": None if age is None else round(age, 1),
        "stale": state.stale(view),
        "restored": bool(held and held.restored),
    }


def severities(state: State) -> dict[str, int]:
    """How many tickets of each severity are held; ``unknown``: in a word of no table."""
    counts: dict[str, int] = dict.fromkeys((*SEVERITIES, "unknown"), 0)
    if held := state.held.get("tickets"):
        for ticket in held.update.rows:
            counts[ticket.priority if ticket.priority in counts else "unknown"] += 1
    return counts


def panel(found: Panel) -> Json:
    """One panel; ``painted`` is the age of its last painted frame in seconds."""
    painted = found.painted
    return {
        "panel": found.number,
        "clientId": found.client_id,
        "address": found.address,
        "screen": found.screen,
        "painted": None if painted is None else round(time.monotonic() - painted, 1),
    }


def summary(status: Json, state: State) -> str:
    """One ASCII line for ``systemctl status``: what is wrong comes first."""
    parts = [f"{fault['part']}: {fault['message']}" for fault in status["faults"]]
    parts.append(f"up {span(status['uptime'])}")
    for source in status["sources"]:
        said = f"source {source['name']} {source['state']}"
        if source["state"] in ("offline", "refused") and source["error"]:
            said += f" ({source['error']})"
        for view, fresh in source["views"].items():
            if view == "tickets" and fresh["age"] is not None:
                said += f", tickets {span(fresh['age'])} old"
        parts.append(said)
    if "tickets" in state.held:
        counts = status["tickets"]
        parts.append(f"{sum(counts.values())} tickets ({counts['critical']} critical)")
    sound, buttons = status["sound"], status["buttons"]
    parts.append(_counted(len(status["panels"]), "panel"))
    muted = f", muted for {span(sound['muted'])}" if sound["muted"] else ""
    parts.append(f"sound {sound['state']}{muted}{', quiet hours' if sound['quiet'] else ''}")
    failed = " (one failed)" if buttons["state"] == "failed" else ""
    parts.append(_counted(buttons["count"], "button") + failed)
    if status["display"]["state"] != "on":
        parts.append(f"display {status['display']['state']}")
    plain = unicodedata.normalize("NFKD", "; ".join(parts)).encode("ascii", "ignore").decode()
    return " ".join(plain.split())


def span(seconds: float) -> str:
    """A time span as a person says it: ``4 s``, ``12 min``, ``3 d``."""
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _first(source: SourceView, state: State) -> str | None:
    """The fault of the link, else that of the first view that has one."""
    views = (state.unavailable.get(view) for view in source.views)
    return next((str(fault) for fault in (source.fault, *views) if fault), None)


def _remarks(view: View, state: State) -> tuple[Fault, ...]:
    held = state.held.get(view)
    return held.remarks if held else ()


def _told(fault: Fault | None) -> Json | None:
    if fault is None:
        return None
    return {"code": fault.code, "params": fault.params, "message": str(fault)}


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
