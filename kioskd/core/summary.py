"""The status as one line, for ``systemctl status``: what is wrong comes first."""

from collections.abc import Mapping

from kioskd.config.plain import one_line
from kioskd.core.inputs import together
from kioskd.core.state_words import word
from kioskd.core.status import ButtonsStatus, SoundStatus, SourceStatus, Status
from kioskd.words import tr, tr_many


def summary(status: Status) -> str:
    parts = [f"{word(fault.part)}: {fault.message}" for fault in status.faults]
    parts += [
        tr(
            "{view} of {source}: {fault}",
            view=word(view),
            source=source.name,
            fault=told.fault.message,
        )
        for source in status.sources
        if source.state == "connected"  # else the source itself is what is wrong
        for view, told in source.views.items()
        if told.fault
    ]
    parts.append(tr("up {span}", span=span(status.uptime)))
    parts += map(_source, status.sources)
    held = [each.views["tickets"].age for each in status.sources if "tickets" in each.views]
    # "0 tickets" is said only where somebody counted.
    if any(status.tickets.values()) or any(age is not None for age in held):
        parts.append(_tickets(status.tickets))
    parts.append(tr_many("{count} panel", "{count} panels", len(status.panels)))
    parts += [_sound(status.sound), _buttons(together(status.buttons, status.keys))]
    if status.fleet_file is not None:
        trying = status.fleet_file.trying
        parts.append(tr("the fleet's file is tried") if trying else tr("fleet's file"))
    if status.broker is not None:
        parts.append(tr("mqtt {state}", state=word(status.broker.state)))
    if status.display.state != "on":
        parts.append(tr("display {state}", state=word(status.display.state)))
    return " ".join(one_line("; ".join(parts)).split())


def span(seconds: float) -> str:
    """A time span as a person says it: ``4 s``, ``12 min``, ``3 d``."""
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _source(source: SourceStatus) -> str:
    said = tr("source {name} {state}", name=source.name, state=word(source.state))
    if source.state in ("offline", "refused") and source.error:
        said += f" ({source.error})"
    if (tickets := source.views.get("tickets")) and tickets.age is not None:
        said += tr(", tickets {span} old", span=span(tickets.age))
    return said


def _tickets(counts: Mapping[str, int]) -> str:
    kinds = [tr("{count} critical", count=counts["critical"])]
    if counts["unknown"]:
        kinds.append(tr("{count} of unknown priority", count=counts["unknown"]))
    said = ", ".join(kinds)
    count = sum(counts.values())
    return tr_many("{count} ticket ({kinds})", "{count} tickets ({kinds})", count, kinds=said)


def _sound(sound: SoundStatus) -> str:
    said = tr("sound {state}", state=word(sound.state))
    if sound.card:
        said += f" ({sound.card})"
    if sound.muted:
        said += tr(", muted for {span}", span=span(sound.muted))
    return said + (tr(", quiet hours") if sound.quiet else "")


def _buttons(buttons: ButtonsStatus) -> str:
    said = tr_many("{count} button", "{count} buttons", buttons.count)
    return said + (tr(" (one failed)") if buttons.state == "failed" else "")
