"""The commands that come over the broker: each a typed payload, done or refused, and answered.

Only what is a field here can be asked for: nothing of a payload reaches a command line.
"""

import datetime
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from kioskd.config import SoundName
from kioskd.config.plain import one_line
from kioskd.core import messages
from kioskd.core.actor import Actor
from kioskd.core.alert_entry import CLOCK_STARTS, Entry
from kioskd.core.alerting import Alerting
from kioskd.core.kiosk import Kiosk
from kioskd.core.status import Look
from kioskd.errors import ProtocolError
from kioskd.fleet import pictures
from kioskd.fleet.part import Fleet
from kioskd.fleet.pictures import Pictures
from kioskd.fleet.topics import Topics
from kioskd.fleet.wire import Incoming, Outgoing
from kioskd.words import tr, tr_many

log = logging.getLogger(__name__)
LARGEST = 4096  # bytes of a payload
MOST_A_SECOND, BURST = 20, 100  # commands; beyond it they are refused unread
LONGEST_SNOOZE = 7 * 86400.0  # seconds
LONGEST_MUTE = 86400.0  # seconds
Short = Annotated[str, Meta(max_length=120)]


class Command(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every command may say. ``by``: who asks. ``request``: comes back in the answer.

    ``expires``: a time in ISO 8601 with its zone, after which it is not done.
    """

    by: Annotated[str, Meta(max_length=60)] = ""
    request: Short = ""
    expires: datetime.datetime | None = None


class Switch(Command, frozen=True, kw_only=True):
    """``panel``: only on the panels of this id; left out: on every one."""

    screen: Annotated[str, Meta(max_length=32)]
    panel: Annotated[str, Meta(max_length=64)] | None = None


class Notify(Command, frozen=True, kw_only=True):
    """``seconds`` None: 30 minutes."""

    text: Annotated[str, Meta(max_length=1000)]
    look: Look = "strip"
    seconds: float | None = None


class Which(Command, frozen=True, kw_only=True):
    """One life of an alert, or all of an id; neither: all that call."""

    number: int | None = None
    id: Short | None = None


class Snooze(Which, frozen=True, kw_only=True):
    seconds: Annotated[float, Meta(gt=0, le=LONGEST_SNOOZE)] = 1800.0


class Mute(Command, frozen=True, kw_only=True):
    """0 ends a mute."""

    seconds: Annotated[float, Meta(ge=0, le=LONGEST_MUTE)] = 1800.0


class Volume(Command, frozen=True, kw_only=True):
    percent: Annotated[int, Meta(ge=0, le=100)]


class Display(Command, frozen=True, kw_only=True):
    on: bool


class Sound(Command, frozen=True, kw_only=True):
    name: SoundName = "self-test"


class Answer(Struct, frozen=True, omit_defaults=True):
    """``error`` says why it was not done, ``did`` what was."""

    kiosk: str
    command: str
    ok: bool
    did: str = ""
    error: str = ""
    request: str = ""
    timestamp: str = ""


KINDS: dict[str, type[Command]] = {
    "switch": Switch,
    "next": Command,
    "previous": Command,
    "notice": Notify,
    "end_notice": Command,
    "acknowledge": Which,
    "snooze": Snooze,
    "mute": Mute,
    "volume": Volume,
    "refresh": Command,
    "display": Display,
    "test_sound": Sound,
    "restart_browser": Command,
    pictures.COMMAND: Command,
}


class Commands:
    """``done`` is called after each, so that the true state is told, also where it is refused."""

    def __init__(
        self,
        fleet: Fleet,
        kiosk: Kiosk,
        alerting: Alerting,
        pictures: Pictures,
        done: Callable[[], None],
        wall: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fleet = fleet
        self._kiosk = kiosk
        self._alerting = alerting
        self._pictures = pictures
        self._done = done
        self._wall = wall
        self._clock = clock
        self._left, self._at = float(BURST), clock()

    def take(self, came: Incoming) -> None:
        """Do one that came, and answer."""
        name = came.topic.rpartition("/")[2]
        request = ""
        try:
            self._may(came, name)
            command = read(name, came.payload)
            request = command.request
            self._in_time(command)
            by = Actor("mqtt", clean(command.by))
            if name == pictures.COMMAND:
                log.info("a picture of the screen is taken for %s", by)
                self._pictures.order(came, partial(self._tell, came, name, request))
                return
            said = self._do(name, command, by)
        except ProtocolError as error:
            self._tell(came, name, request, False, str(error))
        else:
            self._tell(came, name, request, True, said)
        self._done()

    def _tell(self, came: Incoming, name: str, request: str, ok: bool, said: str) -> None:
        """Answer, with what was done or why not."""
        if not ok:
            log.warning(
                tr("mqtt: the command {name} is refused: {said}", name=clean(name), said=said)
            )
        answer = self._answer(name, request, ok, said)
        self._fleet.say(answer_to(self._fleet.topics, came, answer))

    def _may(self, came: Incoming, name: str) -> None:
        now = self._clock()
        self._left = min(float(BURST), self._left + (now - self._at) * MOST_A_SECOND) - 1
        self._at = now
        if self._left < 0:
            self._left = 0.0
            raise ProtocolError(tr("more than {most} commands a second", most=MOST_A_SECOND))
        if came.retain:
            said = tr("it is retained: nobody knows how old it is; publish it without retain")
            raise ProtocolError(said)
        if len(came.payload) > LARGEST:
            raise ProtocolError(tr("it is larger than {largest} bytes", largest=LARGEST))
        if name not in KINDS:
            raise ProtocolError(
                tr("there is no such command; there are {names}", names=", ".join(KINDS))
            )

    def _in_time(self, command: Command) -> None:
        if command.expires is None:
            return
        if command.expires.tzinfo is None:
            raise ProtocolError(tr("`expires` needs a time zone, such as Z"))
        if self._wall() < CLOCK_STARTS:
            raise ProtocolError(
                tr("the kiosk's clock is not set yet: nobody knows whether it expired")
            )
        if command.expires.timestamp() < self._wall():
            raise ProtocolError(tr("it expired before it came; are both clocks right?"))

    def _do(self, name: str, command: Command, by: Actor) -> str:
        """What was done, in words."""
        kiosk, alerting = self._kiosk, self._alerting
        match command:
            case Switch(screen=screen, panel=panel):
                kiosk.switch(screen, by, panel)
                if panel is None:
                    return tr("shows {screen}", screen=screen)
                return tr("{panel} shows {screen}", panel=clean(panel), screen=screen)
            case Notify():
                made = kiosk.notice(command.text, by, command.look, command.seconds)
                return tr("notice {number} stands", number=made.number)
            case Snooze():
                found = alerting.snooze(self._meant(command), command.seconds, by)
                return tr_many("{count} alert snoozed", "{count} alerts snoozed", len(found))
            case Which():
                done = alerting.acknowledge(self._meant(command), by)
                return tr_many(
                    "{count} alert acknowledged", "{count} alerts acknowledged", len(done)
                )
            case Mute(seconds=seconds):
                alerting.mute(seconds, by)
                said = tr("muted for {seconds:.0f} s", seconds=seconds)
                return said if seconds else tr("muted no more")
            case Volume(percent=percent):
                kiosk.set_volume(percent, by)
                return tr("volume {percent} %", percent=percent)
            case Display(on=on):
                if not kiosk.switch_display(on, by):
                    return tr("display off once no critical alert waits")
                return tr("display on") if on else tr("display off")
            case Sound(name=sound):
                kiosk.test_sound(sound)
                return tr("plays {sound}", sound=sound)
        match name:
            case "next" | "previous":
                kiosk.perform("next" if name == "next" else "previous", by)
            case "end_notice":
                count = len(kiosk.end_notice(by))
                return tr_many("{count} notice ended", "{count} notices ended", count)
            case "refresh":
                kiosk.refresh()
            case "restart_browser":
                kiosk.restart_browser(by)
        return tr("done")

    def _meant(self, which: Which) -> list[Entry]:
        alerts = self._alerting.alerts
        if which.number is not None:
            return list(alerts.find(number=which.number))
        return list(alerts.find(identity=which.id))

    def _answer(self, name: str, request: str, ok: bool, said: str) -> Answer:
        did, error = (said, "") if ok else ("", said)
        kiosk, now = self._fleet.topics.kiosk, messages.timestamp()
        return Answer(kiosk, clean(name), ok, did, error, request, now)


def answer_to(topics: Topics, came: Incoming, answer: Answer) -> Outgoing:
    """To the topic that was asked for, where that is one of this kiosk's own answers.

    Whoever may give a command must not make a kiosk say something anywhere else.
    """
    own, wanted = topics.result, came.answer or ""
    topic = wanted if wanted.startswith(f"{own}/") and not set("+#") & set(wanted) else own
    return Outgoing(topic, messages.encode(answer), correlation=came.correlation)


def read(name: str, payload: bytes) -> Command:
    """The typed command; ``ProtocolError`` says what is wrong with it. Empty means no fields."""
    try:
        return msgspec.json.decode(payload.strip() or b"{}", type=KINDS[name])
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise ProtocolError(one_line(str(error))[:200]) from None


def clean(text: str) -> str:
    """What somebody sent, for log and wall: one line that commands no terminal."""
    return one_line("".join(c if c.isprintable() else " " for c in text)).strip()[:60]
