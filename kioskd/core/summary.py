"""The status as one ASCII line, for ``systemctl status``: what is wrong comes first."""

import unicodedata

from kioskd.config.plain import one_line
from kioskd.core.status import Status


def summary(status: Status) -> str:
    parts = [f"{fault.part}: {fault.message}" for fault in status.faults]
    parts += [
        f"{view} of {source.name}: {told.fault.message}"
        for source in status.sources
        if source.state == "connected"  # else the source itself is what is wrong
        for view, told in source.views.items()
        if told.fault
    ]
    parts.append(f"up {span(status.uptime)}")
    held = False  # "0 tickets" is said only where somebody counted
    for source in status.sources:
        said = f"source {source.name} {source.state}"
        if source.state in ("offline", "refused") and source.error:
            said += f" ({source.error})"
        if (tickets := source.views.get("tickets")) and tickets.age is not None:
            said += f", tickets {span(tickets.age)} old"
            held = True
        parts.append(said)
    counts = status.tickets
    if held or any(counts.values()):
        unknown = f", {counts['unknown']} of unknown priority" if counts["unknown"] else ""
        parts.append(f"{sum(counts.values())} tickets ({counts['critical']} critical{unknown})")
    parts.append(_counted(len(status.panels), "panel"))
    muted = f", muted for {span(status.sound.muted)}" if status.sound.muted else ""
    quiet = ", quiet hours" if status.sound.quiet else ""
    card = f" ({status.sound.card})" if status.sound.card else ""
    parts.append(f"sound {status.sound.state}{card}{muted}{quiet}")
    failed = " (one failed)" if status.buttons.state == "failed" else ""
    parts.append(_counted(status.buttons.count, "button") + failed)
    if status.fleet_file is not None:
        parts.append("the fleet's file is tried" if status.fleet_file.trying else "fleet's file")
    if status.broker is not None:
        parts.append(f"mqtt {status.broker.state}")
    if status.display.state != "on":
        parts.append(f"display {status.display.state}")
    plain = (
        unicodedata.normalize("NFKD", one_line("; ".join(parts))).encode("ascii", "ignore").decode()
    )
    return " ".join(plain.split())


def span(seconds: float) -> str:
    """A time span as a person says it: ``4 s``, ``12 min``, ``3 d``."""
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
