"""What is wrong with a kiosk, as a set that can be compared with that of another moment."""

from kioskd.core.state_words import word
from kioskd.core.status import Status
from kioskd.words import tr

# These say nothing about a configuration: the link and the clock come and go by themselves.
OTHERS = ("mqtt", "clock", "board", "wifi", "system")


def complaints(status: Status) -> dict[str, str]:
    """Each thing that is wrong, and what the status says of it.

    A source counts as wrong until it is connected and has all of its views.
    """
    found = {
        f"fault {fault.part}": f"{word(fault.part)}: {fault.message}"
        for fault in status.faults
        if fault.part not in OTHERS
    }
    for source in status.sources:
        if source.state != "connected":
            state = word(source.state)
            said = f"{state} ({source.error})" if source.error else state
            said = tr("source {name}: {state}", name=source.name, state=said)
            found[f"source {source.name}"] = said
            continue
        for view, held in source.views.items():
            if held.fault is not None:
                place = f"view {view} of {source.name}"
                found[place] = tr(
                    "{view} of {source}: {fault}",
                    view=word(view),
                    source=source.name,
                    fault=held.fault.message,
                )
    for name, state, detail in (
        ("sound", status.sound.state, status.sound.detail),
        ("buttons", status.buttons.state, status.buttons.detail),
        ("keys", status.keys.state, status.keys.detail),
        ("display", status.display.state, status.display.detail),
    ):
        if state == "failed":
            found[name] = f"{word(name)}: {detail}"
    return found


def worse(before: dict[str, str], now: dict[str, str]) -> str | None:
    """What is wrong now and was well before; None: nothing."""
    return next((said for place, said in now.items() if place not in before), None)
