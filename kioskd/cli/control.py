"""The commands that look at the wall and work it: status, screens, mute, buttons, sound."""

import contextlib
import datetime
import sys
from pathlib import Path
from typing import get_args

from kioskd.cli.client import Daemon
from kioskd.cli.commands import Arguments, Commands, time
from kioskd.cli.streams import json_text
from kioskd.config import SCREENS, SoundName
from kioskd.config.active import candidate
from kioskd.config.files import reason
from kioskd.config.plain import one_line
from kioskd.core.messages import Json
from kioskd.core.state_words import word
from kioskd.errors import ControlError, KioskdError
from kioskd.words import tr


def register(commands: Commands) -> None:
    """Add the commands."""
    status = commands.add_asking("status", _status, "show how the running daemon is")
    status.add_argument("--json", action="store_true", help="everything, for programs")
    switch = commands.add_asking("switch", _switch, "change the screen on every panel")
    switch.add_argument("screen", help=f"{', '.join(SCREENS)}, or one of your own")
    switch.add_argument("--panel", metavar="ID", help="only on the panels of this id")
    mute = commands.add_asking("mute", _mute, "silence every alert for a time; 0 ends it")
    mute.add_argument("time", type=time, nargs="?", default="30m", help="such as 30m (default)")
    said = "take a picture of what the screen of this machine shows"
    picture = commands.add_asking("screenshot", _screenshot, said)
    picture.add_argument("file", metavar="FILE", help="where to write it; -: standard output")
    commands.add_asking("buttons", _buttons, "watch the buttons live: wire, press, see")
    said = "the sound card: list, test, choose by ear"
    sound = commands.group("sound", said, "list|test|cards|try|use")
    cards = sound.add("list", _sound_list, "name the sound cards, for sound.device")
    cards.add_argument("--driver", help="SDL's audio driver, such as alsa (default: the first)")
    test = sound.add_asking("test", _sound_test, "play a sound through the running daemon")
    test.add_argument("name", choices=get_args(SoundName), nargs="?", default="self-test")
    sound.add_asking("cards", _sound_cards, "list the cards that can be chosen in the room")
    said = "play the test sound on one card, for half a minute"
    sound.add_asking("try", _sound_try, said).add_argument("card", metavar="CARD")
    use = sound.add_asking("use", _sound_use, "keep the card that is heard, over every restart")
    use.add_argument("card", metavar="CARD", help="as `sound cards` lists it; auto: choose none")


def _status(arguments: Arguments, daemon: Daemon) -> int:
    from kioskd.cli import status_text

    if arguments.json:
        print(json_text(daemon.ask("/api/status")))
    else:
        print("\n".join(status_text.lines(daemon.status())))
    return 0


def _switch(arguments: Arguments, daemon: Daemon) -> int:
    only = {} if arguments.panel is None else {"clientId": arguments.panel}
    daemon.ask("/api/switch", {"target": arguments.screen, **only})
    return 0


def _mute(arguments: Arguments, daemon: Daemon) -> int:
    daemon.ask("/api/mute", {"seconds": float(arguments.time)})
    return 0


def _screenshot(arguments: Arguments, daemon: Daemon) -> int:
    image, headers = daemon.fetch("/api/screenshot")
    if arguments.file == "-":
        sys.stdout.buffer.write(image)
        return 0
    try:
        Path(arguments.file).write_bytes(image)
    except OSError as error:
        raise KioskdError(
            tr("{file} can't be written: {reason}", file=arguments.file, reason=reason(error))
        ) from None
    taken = datetime.datetime.fromisoformat(headers["X-Taken"]).astimezone()
    of = {"screen": tr("the whole screen"), "page": tr("the page alone, as its browser has it")}
    print(
        tr(
            "{file}: {what}, taken at {taken:%H:%M:%S}",
            file=arguments.file,
            what=of[headers["X-Picture-Of"]],
            taken=taken,
        )
    )
    return 0


def _buttons(arguments: Arguments, daemon: Daemon) -> int:
    from kioskd.cli import status_text

    status = daemon.status()
    buttons, keys = status.buttons, status.keys
    if buttons.state == keys.state == "off":
        raise KioskdError(
            tr(
                "no button and no key is configured; write one into {file}, such as buttons: "
                "[{{pin: 17, press: next}}] or keys: [{{key: KEY_ENTER, press: next}}]; then: "
                "sudo systemctl reload kioskd",
                file=candidate(arguments.config),
            )
        )
    events = daemon.follow("/api/buttons")
    if buttons.state != "off":
        print(
            tr(
                "{count} work{detail}",
                count=buttons.count,
                detail=f": {buttons.detail}" if buttons.detail else "",
            )
        )
    if keys.state != "off":
        print(status_text.keys(keys))
    print(tr("press one; Ctrl+C ends this"), flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        for event in events:
            print(status_text.event(event), flush=True)
        raise ControlError(tr("the daemon has stopped; try: systemctl status kioskd"))
    return 0


def _sound_test(arguments: Arguments, daemon: Daemon) -> int:
    daemon.ask("/api/sound", {"name": arguments.name})
    sound = daemon.status().sound
    if sound.state != "ok":
        raise KioskdError(
            tr(
                "sound is {state}: {detail}",
                state=word(sound.state),
                detail=sound.detail or tr("see sound.enabled"),
            )
        )
    print(tr("{name} plays", name=arguments.name))
    return 0


def _sound_cards(arguments: Arguments, daemon: Daemon) -> int:
    _print_cards(daemon.ask("/api/sound/cards"))
    return 0


def _sound_try(arguments: Arguments, daemon: Daemon) -> int:
    daemon.ask("/api/sound/try", {"card": arguments.card})
    print(
        tr(
            "{card} plays the test sound; is it heard? kioskd sound use {card}",
            card=arguments.card,
        )
    )
    return 0


def _sound_use(arguments: Arguments, daemon: Daemon) -> int:
    card = "" if arguments.card == "auto" else arguments.card
    _print_cards(daemon.ask("/api/sound/use", {"card": card}))
    return 0


def _print_cards(told: Json) -> None:
    for card in told["cards"]:
        mark = tr("chosen") if card["chosen"] else tr("being tried") if card["trying"] else ""
        print(one_line(f"{card['id']:20}{card['name']:32}{mark}").rstrip())
    if not told["cards"]:
        print(one_line(told["note"]))


def _sound_list(arguments: Arguments) -> int:
    from kioskd.audio.player import devices

    print("\n".join(devices(arguments.driver)))
    return 0
