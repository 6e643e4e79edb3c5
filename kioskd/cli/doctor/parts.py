"""kioskd's own parts: the daemon, the panel, the sources, sound, pins, the picture, the display."""

import asyncio
import os
import shutil
import socket
from pathlib import Path
from urllib.parse import quote, urlsplit

from kioskd import __version__
from kioskd.browser import programs
from kioskd.cli.client import Daemon
from kioskd.cli.doctor.finding import Finding
from kioskd.cli.doctor.remedies import remedy
from kioskd.config import Config
from kioskd.core.state_words import word
from kioskd.core.status import Status
from kioskd.errors import SoundError
from kioskd.host.address import LOOPBACK
from kioskd.words import tr

PROVED = 6.0  # seconds after which a link has tried its rights, as fleet.link has it
FROZEN = 30.0  # seconds without a painted frame


def daemon(status: Status | None, where: Daemon) -> Finding:
    """Does it run, is it this version, and what does it complain of itself?"""
    if status is None:
        port = urlsplit(where.address).port or 0
        with socket.socket() as probe:
            probe.settimeout(2)
            taken = probe.connect_ex((LOOPBACK, port)) == 0
        if taken:
            do = tr(
                "find it: sudo ss -ltnp 'sport = :{port}'; stop it or change server.port", port=port
            )
            return Finding(
                "daemon",
                "bad",
                tr("another program answers on {address}", address=where.address),
                do,
            )
        do = tr("sudo systemctl start kioskd; then: systemctl status kioskd")
        return Finding(
            "daemon", "bad", tr("does not run (nothing on {address})", address=where.address), do
        )
    if status.version != __version__:
        return other_version(tr("runs version {version}, not this one", version=status.version))
    if status.faults:
        said = "; ".join(f"{word(fault.part)}: {fault.message}" for fault in status.faults)
        return Finding("daemon", "bad", said, tr("kioskd status says the same, live"))
    return Finding("daemon", "ok", tr("runs, version {version}", version=__version__))


def other_version(said: str) -> Finding:
    """The daemon was updated, and not yet started anew."""
    return Finding("daemon", "warn", said, "sudo systemctl restart kioskd")


def panel(status: Status | None) -> list[Finding]:
    """Is the panel built into this package, and do the panels show it?"""
    from kioskd.web.server import build_id

    build = build_id()
    if not build:
        return [
            Finding("panel", "bad", tr("its files are missing"), tr("install the package again"))
        ]
    found = [Finding("panel", "ok", tr("build {build}", build=build))]
    for each in status.panels if status else []:
        if each.build not in ("", build):
            said = tr(
                "{panel} shows the old build {build}",
                panel=each.client_id or each.address,
                build=each.build,
            )
            found.append(
                Finding("panel", "warn", said, tr("it reloads itself; else reload the page"))
            )
    return [*found, *(_unseen(name, status) for name in (status.panels_unseen if status else ()))]


def _unseen(name: str, status: Status | None) -> Finding:
    """A hint: the panel may be switched off, or its id in ``panels`` misspelt."""
    there = [each.client_id for each in (status.panels if status else ()) if each.client_id]
    said = tr("panels: no panel has called itself {name} since kioskd started", name=name)
    which = tr(" (connected: {panels})", panels=", ".join(there)) if there else ""
    do = tr(
        "open its page with ?id={name}, or correct the id{which}", name=quote(name), which=which
    )
    return Finding("panel", "warn", said, do)


def sources(status: Status) -> list[Finding]:
    """What the running daemon says of each source."""
    found = []
    for source in status.sources:
        name = tr("source {name}", name=source.name)
        if source.state == "connected":  # what is wrong with a view is said of the view
            found.append(Finding(name, "ok", word("connected")))
            continue
        said = f"{word(source.state)}: {source.error or tr('no answer yet')}"
        found.append(Finding(name, "bad", said, remedy(source.reason, said)))
    return found


def sound(status: Status | None, config: Config) -> Finding:
    """The card, as the daemon has it; without a daemon, the cards there are."""
    if not config.sound.enabled:
        return Finding("sound", "skip", tr("switched off by sound.enabled"))
    if status is None:
        from kioskd.audio.card import devices

        try:
            return Finding(
                "sound", "ok", tr("cards: {names}", names=", ".join(devices(config.sound.driver)))
            )
        except SoundError as error:
            return Finding(
                "sound", "bad", str(error), tr("plug it in; aplay -l shows what is there")
            )
    state, detail = status.sound.state, status.sound.detail
    if state == "ok" and not detail:
        card = status.sound.card or tr("the card")
        return Finding("sound", "ok", tr("{card} is open; hear it: kioskd sound test", card=card))
    if state == "ok":
        return Finding("sound", "warn", detail, tr("correct that file; the built-in sound plays"))
    do = tr("kioskd sound list names the cards; write one into sound.device")
    return Finding("sound", "bad", f"{word(state)}: {detail}", do)


def sent_sounds(config: Config) -> Finding:
    """Can what a helpdesk sends be decoded?"""
    if not config.sound.enabled:
        return Finding("sent sounds", "skip", tr("switched off by sound.enabled"))
    from kioskd.audio.card import built_in
    from kioskd.audio.decoding import decoded

    try:
        asyncio.run(decoded(built_in("notification").read_bytes()))
    except SoundError as error:
        why, _, do = str(error).partition(tr("; try: "))
        said = tr("a helpdesk's own sound {why}; the built-in one plays", why=why)
        return Finding("sent sounds", "warn", said, do or tr("report this: kioskd bundle"))
    return Finding("sent sounds", "ok", tr("a helpdesk's own can be decoded"))


def gpio(status: Status | None, config: Config, root: Path) -> list[Finding]:
    """The chip, the right to use it, and what the daemon says of its lines."""
    wired = bool(config.buttons or config.leds or config.rotary or config.motion)
    if not wired:
        return [Finding("buttons", "skip", tr("none is configured"))]
    chips = sorted(root.glob("dev/gpiochip*"))
    if not chips:
        return [Finding("buttons", "bad", tr("no GPIO chip here"), tr("is this a Raspberry Pi?"))]
    if status is None:
        if not any(os.access(chip, os.R_OK | os.W_OK) for chip in chips):
            do = tr("sudo usermod -aG gpio kioskd (and your own user, to try)")
            return [Finding("buttons", "warn", tr("this user may not use the GPIO chip"), do)]
        return [Finding("buttons", "ok", tr("{name} can be used", name=chips[0].name))]
    buttons = status.buttons
    if buttons.state == "ok":
        return [
            Finding("buttons", "ok", tr("{count} work; watch: kioskd buttons", count=buttons.count))
        ]
    return [
        Finding("buttons", "bad", part, tr("kioskd buttons shows the lines live"))
        for part in buttons.detail.split("; ")
    ]


def keys(status: Status | None, config: Config) -> list[Finding]:
    """What the daemon says of keypads, keyboards and remotes."""
    if not config.keys:
        return []
    if status is None:
        return [Finding("keys", "skip", tr("known only while kioskd runs"))]
    found = status.keys
    names = ", ".join(found.devices)
    if found.state == "ok":
        return [Finding("keys", "ok", tr("{devices}; watch: kioskd buttons", devices=names))]
    if found.state == "failed":
        do = tr("kioskd buttons shows the keys live")
        return [Finding("keys", "bad", part, do) for part in found.detail.split("; ")]
    if found.state == "opening":
        return [Finding("keys", "skip", word(found.state))]
    do = "sudo systemctl reload kioskd"
    return [Finding("keys", "warn", tr("this file is not in force yet"), do)]


def picture(status: Status | None) -> Finding:
    """Does a browser on this machine really paint?"""
    installed = [name for name in ("cage", "labwc", "sway", *programs.NAMES) if shutil.which(name)]
    if status is None:
        return Finding("picture", "skip", tr("known only while kioskd runs"))
    here = [panel for panel in status.panels if panel.address in ("127.0.0.1", "::1")]
    ages = [panel.painted for panel in here if panel.painted is not None]
    if status.display.state == "off":
        return Finding("picture", "ok", tr("the display is off on purpose"))
    if ages and min(ages) < FROZEN:
        return Finding(
            "picture", "ok", tr("painted {seconds:.0f} s ago on this machine", seconds=min(ages))
        )
    if here:
        do = "sudo systemctl restart kioskd-browser"
        return Finding("picture", "bad", tr("a browser is connected here but does not paint"), do)
    do = (
        "sudo systemctl status kioskd-browser"
        if len(installed) > 1
        else (
            "sudo apt install cage chromium-shell, then sudo systemctl enable --now kioskd-browser"
        )
    )
    return Finding("picture", "warn", tr("no browser of this machine shows the panel"), do)


def display(status: Status | None, config: Config) -> Finding:
    """Does the display obey, where kioskd switches it?"""
    if config.display.backend == "none":
        return Finding("display", "skip", tr("not switched by kioskd"))
    if status is None:
        return Finding("display", "skip", tr("known only while kioskd runs"))
    state, detail = status.display.state, status.display.detail
    if state == "failed":
        do = "" if ";" in detail else tr("check display.backend and display.output")
        return Finding("display", "bad", detail, do)
    return Finding("display", "ok", f"{word(state)}{': ' if detail else ''}{detail}")


def broker(status: Status | None, config: Config) -> list[Finding]:
    """Does the link stand, has it its rights, and does nobody else use its name?"""
    if config.mqtt is None:
        return []
    if status is None or status.broker is None:
        return [Finding("mqtt", "skip", tr("known only while kioskd runs with this file"))]
    found = status.broker
    fault = found.fault
    if fault is not None:
        return [Finding("mqtt", "bad", fault.message, remedy(fault.code, fault.message))]
    if found.state != "connected":
        return [Finding("mqtt", "warn", f"{found.place}: {word(found.state)}")]
    shares = tr(", shares {shares}", shares=", ".join(found.shares)) if found.shares else ""
    said = tr(
        "{place}: MQTT {protocol} as {user}{shares}",
        place=found.place,
        protocol=found.protocol,
        user=found.user,
        shares=shares,
    )
    if found.seconds < PROVED:
        return [
            Finding(
                "mqtt",
                "skip",
                tr("{said}; its rights are known in {seconds:.0f} s", said=said, seconds=PROVED),
            )
        ]
    rights = tr("it may speak and hear there, and nobody else uses that name")
    return [Finding("mqtt", "ok", f"{said}: {rights}")]
