"""The status as a person reads it in a terminal."""

import time
from collections.abc import Iterator

from kioskd.cli.alert_text import alerts
from kioskd.cli.notices import line as notice_line
from kioskd.config.plain import one_line
from kioskd.core.messages import Json
from kioskd.core.state_words import word
from kioskd.core.status import (
    BoardStatus,
    BrokerStatus,
    ButtonsStatus,
    ClockStatus,
    DisplayStatus,
    FleetFileStatus,
    KeysStatus,
    RemoteStatus,
    RotationStatus,
    SoundStatus,
    Status,
    ViewStatus,
)
from kioskd.core.summary import span
from kioskd.words import later, tr

DOUBTED = 900.0  # seconds without anybody who vouches for the clock that are told
COUNTS = {
    "critical": later("{count} critical"),
    "high": later("{count} high"),
    "medium": later("{count} medium"),
    "low": later("{count} low"),
    "unknown": later("{count} unknown"),
}
"""Tickets by their priority."""


def lines(status: Status) -> Iterator[str]:
    """``kioskd status``: what is wrong first, then every part.

    A panel chooses its own name, and an upstream its words: none of them commands a terminal.
    """
    return map(one_line, _lines(status))


def _lines(status: Status) -> Iterator[str]:
    for fault in status.faults:
        yield tr("FAULT {part}: {message}", part=word(fault.part), message=fault.message)
    yield tr("kioskd {version}, up {span}", version=status.version, span=span(status.uptime))
    yield tr(
        "screen: {name}{rotation}",
        name=status.screen or tr("each panel its own"),
        rotation=_rotation(status.rotation),
    )
    for source in status.sources:
        said = f": {source.error}" if source.error else ""
        for_ = span(source.seconds)
        yield tr(
            "source {name} ({kind}): {state} for {span}{said}",
            name=source.name,
            kind=source.kind,
            state=word(source.state),
            span=for_,
            said=said,
        )
        for view, fresh in source.views.items():
            failed = f": {fresh.fault.message}" if fresh.fault else ""
            yield f"  {view}: {_age(fresh)}{failed}"
            for remark in fresh.remarks:
                yield tr("    note: {message}", message=remark.message)
        for figure, meaning in source.definitions.items():
            yield f"  {figure}: {meaning}"
    for hook in status.hooks:
        came = (
            tr("nothing came yet")
            if hook.last is None
            else tr("last post {span} ago", span=span(hook.last))
        )
        yield tr(
            "webhook {name}: {count} taken, {came}", name=hook.name, count=hook.count, came=came
        )
        if hook.refused_ago is not None:
            yield tr(
                "  refused {count}, last {span} ago: {refusal}",
                count=hook.refused,
                span=span(hook.refused_ago),
                refusal=hook.refusal,
            )
    counts = ", ".join(tr(COUNTS[level], count=n) for level, n in status.tickets.items())
    yield tr("tickets: {counts}", counts=counts)
    yield from alerts(status)
    yield from map(notice_line, status.notices)
    for panel in status.panels:
        painted = panel.painted
        proof = (
            tr("not painted yet")
            if painted is None
            else tr("painted {span} ago", span=span(painted))
        )
        waiting = tr(", messages waiting: {count}", count=panel.waiting) if panel.waiting else ""
        name = panel.client_id or panel.panel
        own = tr(", of {screens} only", screens=", ".join(panel.screens)) if panel.screens else ""
        yield tr(
            "panel {name} at {address}: {screen}{own}, {proof}{waiting}",
            name=name,
            address=panel.address,
            screen=panel.screen or "-",
            own=own,
            proof=proof,
            waiting=waiting,
        )
    if not status.panels:
        yield tr("panels: none is connected")
    for unseen in status.panels_unseen:
        yield tr("panel {name}: no panel has called itself so since kioskd started", name=unseen)
    sound = status.sound
    muted = tr(", muted for {span}", span=span(sound.muted)) if sound.muted else ""
    card = tr(" on {card}", card=sound.card) if sound.card else ""
    if sound.chosen and sound.chosen == sound.card:
        card += tr(", chosen in the room")
    quiet = tr(", quiet hours") if sound.quiet else ""
    yield tr(
        "sound: {state}{more}", state=word(sound.state), more=f"{card}{muted}{quiet}{_why(sound)}"
    )
    buttons = status.buttons
    yield tr(
        "buttons: {state}, {count} work{why}",
        state=word(buttons.state),
        count=buttons.count,
        why=_why(buttons),
    )
    if status.keys.state != "off":
        yield keys(status.keys)
    yield tr("display: {state}{why}", state=word(status.display.state), why=_why(status.display))
    yield tr("board: {said}", said=_board(status.board))
    yield from _clock(status.clock)
    if status.broker is not None:
        yield _broker(status.broker)
    if status.fleet_file is not None:
        yield _fleet_file(status.fleet_file)
    yield tr("remote page: {said}", said=_remote(status.remote))
    if found := status.certificate:
        whose = tr(", made by kioskd itself") if found.own else ""
        until = time.strftime("%Y-%m-%d", time.gmtime(found.expires))
        yield tr(
            "certificate: until {until}{whose}, SHA-256 {fingerprint}",
            until=until,
            whose=whose,
            fingerprint=found.fingerprint,
        )


def _board(board: BoardStatus) -> str:
    """What the kernel tells of it, and what it does not tell."""
    heat = None if board.temperature is None else f"{board.temperature:.0f} C"
    known = [each for each in (board.model, heat) if each]
    unknown = []
    for what, value in (
        (later("undervoltage"), board.undervoltage),
        (later("throttling"), board.throttled),
    ):
        if value is None:
            unknown.append(tr(what))
        else:
            known.append(tr(what) if value else tr("no {what}", what=tr(what)))
    if unknown and (board.model or heat):
        known.append(
            tr("{unknown} can't be known on this kernel", unknown=tr(" and ").join(unknown))
        )
    return ", ".join(known) or tr("this kernel tells nothing of it")


def _clock(clock: ClockStatus) -> Iterator[str]:
    """Nothing in the first minutes: after a boot it takes some until the network has the time."""
    if clock.doubted is None or clock.doubted < DOUBTED:
        return
    asked = "" if clock.asked is None else tr(", asked {span} ago", span=span(clock.asked))
    yield tr(
        "clock: nobody has vouched for it for {span}{asked}; no figures are recorded meanwhile; "
        "kioskd doctor says what to do",
        span=span(clock.doubted),
        asked=asked,
    )


def _fleet_file(file: FleetFileStatus) -> str:
    if file.trying:
        return tr("configuration: a file that the fleet pushed is tried")
    if not file.fits:
        return tr("configuration: this kiosk's own; the fleet's file does not fit it")
    by = tr(" by {by}", by=file.by) if file.by else ""
    return tr(
        "configuration: this kiosk's own, under the fleet's file {mark} of {at}{by}",
        mark=file.mark,
        at=file.at,
        by=by,
    )


def _broker(broker: BrokerStatus) -> str:
    version = tr(", MQTT {protocol}", protocol=broker.protocol) if broker.protocol else ""
    why = f": {broker.fault.message}" if broker.fault else ""
    as_whom = (
        tr(" as {user}{version}", user=broker.user, version=version)
        if broker.state == "connected"
        else ""
    )
    shares = tr(", shares {shares}", shares=", ".join(broker.shares)) if broker.shares else ""
    return tr(
        "mqtt {place}: {state} for {span}{more}",
        place=broker.place,
        state=word(broker.state),
        span=span(broker.seconds),
        more=f"{as_whom}{shares}{why}",
    )


def _remote(remote: RemoteStatus) -> str:
    if remote.access == "local":
        return tr("on this machine only; server.host and server.token_file let phones in")
    where = tr(" or ").join(remote.urls) or tr("no network address yet")
    return f"{where}{tr(', with the access token') if remote.access == 'token' else ''}"


def keys(found: KeysStatus) -> str:
    """How the keys are, and whose they are."""
    devices = ", ".join(found.devices)
    return tr(
        "keys: {state}{devices}{why}",
        state=word(found.state),
        devices=tr(" on {card}", card=devices) if devices else "",
        why=_why(found),
    )


def event(said: Json) -> str:
    """One line of ``kioskd buttons``."""
    name = f" ({said['name']})" if said["name"] else ""
    if said.get("key"):
        where = tr("{key} of {device}", key=said["key"], device=said["device"])
    else:
        where = f"GPIO{said['pin']}"
    did = f": {said['gesture']} -> {said['action']}" if said["gesture"] else ""
    return one_line(f"{where}{name} {word(said['level'])}{did}")


def _rotation(rotation: RotationStatus | None) -> str:
    if rotation is None:
        return ""
    if rotation.paused:
        return tr(" (rotation paused for {span})", span=span(rotation.seconds))
    return tr(
        " ({next} follows in {span})",
        next=rotation.next or tr("nothing"),
        span=span(rotation.seconds),
    )


def _age(fresh: ViewStatus) -> str:
    if fresh.age is None:
        return tr("never seen")
    kept = tr(", kept from before the restart") if fresh.restored else ""
    return tr(
        "{span} old{kept}{stale}",
        span=span(fresh.age),
        kept=kept,
        stale=tr(", STALE") if fresh.stale else "",
    )


def _why(part: SoundStatus | ButtonsStatus | KeysStatus | DisplayStatus) -> str:
    return f": {part.detail}" if part.detail else ""
