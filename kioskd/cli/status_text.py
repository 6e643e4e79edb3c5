"""The status as a person reads it in a terminal."""

import time
from collections.abc import Iterator

from kioskd.cli.alert_text import alerts
from kioskd.cli.notices import line as notice_line
from kioskd.config.plain import one_line
from kioskd.core.messages import Json
from kioskd.core.status import (
    BoardStatus,
    BrokerStatus,
    ButtonsStatus,
    ClockStatus,
    DisplayStatus,
    FleetFileStatus,
    RemoteStatus,
    RotationStatus,
    SoundStatus,
    Status,
    ViewStatus,
)
from kioskd.core.summary import span

DOUBTED = 900.0  # seconds without anybody who vouches for the clock that are told


def lines(status: Status) -> Iterator[str]:
    """``kioskd status``: what is wrong first, then every part.

    A panel chooses its own name, and an upstream its words: none of them commands a terminal.
    """
    return map(one_line, _lines(status))


def _lines(status: Status) -> Iterator[str]:
    for fault in status.faults:
        yield f"FAULT {fault.part}: {fault.message}"
    yield f"kioskd {status.version}, up {span(status.uptime)}"
    yield f"screen: {status.screen or 'each panel its own'}{_rotation(status.rotation)}"
    for source in status.sources:
        said = f": {source.error}" if source.error else ""
        for_ = span(source.seconds)
        yield f"source {source.name} ({source.kind}): {source.state} for {for_}{said}"
        for view, fresh in source.views.items():
            failed = f": {fresh.fault.message}" if fresh.fault else ""
            yield f"  {view}: {_age(fresh)}{failed}"
            for remark in fresh.remarks:
                yield f"    note: {remark.message}"
        for figure, meaning in source.definitions.items():
            yield f"  {figure}: {meaning}"
    for hook in status.hooks:
        came = "nothing came yet" if hook.last is None else f"last post {span(hook.last)} ago"
        yield f"webhook {hook.name}: {hook.count} taken, {came}"
        if hook.refused_ago is not None:
            yield f"  refused {hook.refused}, last {span(hook.refused_ago)} ago: {hook.refusal}"
    yield "tickets: " + ", ".join(f"{n} {level}" for level, n in status.tickets.items())
    yield from alerts(status)
    yield from map(notice_line, status.notices)
    for panel in status.panels:
        painted = panel.painted
        proof = "not painted yet" if painted is None else f"painted {span(painted)} ago"
        waiting = f", {panel.waiting} messages waiting" if panel.waiting else ""
        name = panel.client_id or panel.panel
        own = f", of {', '.join(panel.screens)} only" if panel.screens else ""
        yield f"panel {name} at {panel.address}: {panel.screen or '-'}{own}, {proof}{waiting}"
    if not status.panels:
        yield "panels: none is connected"
    for unseen in status.panels_unseen:
        yield f"panel {unseen}: no panel has called itself so since kioskd started"
    sound = status.sound
    muted = f", muted for {span(sound.muted)}" if sound.muted else ""
    card = f" on {sound.card}" if sound.card else ""
    quiet = ", quiet hours" if sound.quiet else ""
    yield f"sound: {sound.state}{card}{muted}{quiet}" + _why(sound)
    buttons = status.buttons
    yield f"buttons: {buttons.state}, {buttons.count} work{_why(buttons)}"
    yield f"display: {status.display.state}{_why(status.display)}"
    yield f"board: {_board(status.board)}"
    yield from _clock(status.clock)
    if status.broker is not None:
        yield _broker(status.broker)
    if status.fleet_file is not None:
        yield _fleet_file(status.fleet_file)
    yield f"remote page: {_remote(status.remote)}"
    if found := status.certificate:
        whose = ", made by kioskd itself" if found.own else ""
        until = time.strftime("%Y-%m-%d", time.gmtime(found.expires))
        yield f"certificate: until {until}{whose}, SHA-256 {found.fingerprint}"


def _board(board: BoardStatus) -> str:
    """What the kernel tells of it, and what it does not tell."""
    heat = None if board.temperature is None else f"{board.temperature:.0f} C"
    known = [each for each in (board.model, heat) if each]
    unknown = []
    for what, value in (("undervoltage", board.undervoltage), ("throttling", board.throttled)):
        if value is None:
            unknown.append(what)
        else:
            known.append(what if value else f"no {what}")
    if unknown and (board.model or heat):
        known.append(f"{' and '.join(unknown)} can't be known on this kernel")
    return ", ".join(known) or "this kernel tells nothing of it"


def _clock(clock: ClockStatus) -> Iterator[str]:
    """Nothing in the first minutes: after a boot it takes some until the network has the time."""
    if clock.doubted is None or clock.doubted < DOUBTED:
        return
    asked = "" if clock.asked is None else f", asked {span(clock.asked)} ago"
    said = "no figures are recorded meanwhile; kioskd doctor says what to do"
    yield f"clock: nobody has vouched for it for {span(clock.doubted)}{asked}; {said}"


def _fleet_file(file: FleetFileStatus) -> str:
    if file.trying:
        return "configuration: a file that the fleet pushed is tried"
    if not file.fits:
        return "configuration: this kiosk's own; the fleet's file does not fit it"
    by = f" by {file.by}" if file.by else ""
    return f"configuration: this kiosk's own, under the fleet's file {file.mark} of {file.at}{by}"


def _broker(broker: BrokerStatus) -> str:
    version = f", MQTT {broker.protocol}" if broker.protocol else ""
    why = f": {broker.fault.message}" if broker.fault else ""
    as_whom = f" as {broker.user}{version}" if broker.state == "connected" else ""
    shares = f", shares {', '.join(broker.shares)}" if broker.shares else ""
    return f"mqtt {broker.place}: {broker.state} for {span(broker.seconds)}{as_whom}{shares}{why}"


def _remote(remote: RemoteStatus) -> str:
    if remote.access == "local":
        return "on this machine only; server.host and server.token_file let phones in"
    where = " or ".join(remote.urls) or "no network address yet"
    return f"{where}{', with the access token' if remote.access == 'token' else ''}"


def event(said: Json) -> str:
    """One line of ``kioskd buttons``."""
    name = f" ({said['name']})" if said["name"] else ""
    did = f": {said['gesture']} -> {said['action']}" if said["gesture"] else ""
    return one_line(f"GPIO{said['pin']}{name} {said['level']}{did}")


def _rotation(rotation: RotationStatus | None) -> str:
    if rotation is None:
        return ""
    if rotation.paused:
        return f" (rotation paused for {span(rotation.seconds)})"
    return f" ({rotation.next or 'nothing'} follows in {span(rotation.seconds)})"


def _age(fresh: ViewStatus) -> str:
    if fresh.age is None:
        return "never seen"
    kept = ", kept from before the restart" if fresh.restored else ""
    return f"{span(fresh.age)} old{kept}{', STALE' if fresh.stale else ''}"


def _why(part: SoundStatus | ButtonsStatus | DisplayStatus) -> str:
    return f": {part.detail}" if part.detail else ""
