"""Plays alert sounds on the Pi's own audio: ``Player`` in the event loop, the card in a process.

A call into the card may hang for ever, end the process, or leave SDL unusable, so all of them are
made by ``process``, which is one of its own. The loop only writes messages to it and reads its
reports.
One that does not answer is killed and another started: it becomes loud again without a restart.
"""

import asyncio
import contextlib
import logging
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from kioskd.audio.card import devices as devices
from kioskd.audio.card import environment, python
from kioskd.audio.ipc import (
    CRITICAL_WAITS,
    Configure,
    Message,
    Play,
    Report,
    Silence,
    decode_report,
    encode,
)
from kioskd.config import Language, Severity, Sound, SoundName, Volumes
from kioskd.core.backoff import Backoff
from kioskd.core.status import SoundPart
from kioskd.words import later, spoken, tr

log = logging.getLogger(__name__)
COMMAND = tuple(python("kioskd.audio.process"))
FIRST_RETRY, LONGEST_RETRY = 1.0, 30.0  # seconds until a process that was lost is started anew
SOUND_LIFE = 60.0  # seconds; one that lived so long was well, and the next one starts soon
MOST_ORDERS = 50  # of which the process has not said that they are done; critical ones four times
MOST_STUCK = 3  # processes that not even SIGKILL ends, since they hang in the kernel
TO_DIE = 1.0  # seconds
LONGEST_SAY = 500  # characters


class Player:
    """``changed`` is called in the event loop whenever ``status()`` turned.

    ``command`` starts the sound process; one that needs over ``patience`` seconds for what it was
    told, or for the card, is replaced.
    """

    def __init__(
        self,
        settings: Sound,
        language: Language,
        changed: Callable[[], None],
        command: Sequence[str] = COMMAND,
        patience: float = 10.0,
    ) -> None:
        self._settings = settings
        self._language = language
        self._changed = changed
        self._command = command
        self._patience = patience
        self._status = SoundPart("opening" if settings.enabled else "off")
        self._skip: tuple[str, ...] = ()
        self._card, self._trying = "", False
        self._critical: Play | None = None  # the last one, until it was heard
        self._stuck: list[subprocess.Popen[bytes]] = []
        self._task: asyncio.Task[None] | None = None
        self._started = False
        self._farewell = TO_DIE
        # Of the process that runs now:
        self._link: asyncio.StreamWriter | None = None
        self._report = Report("opening")
        self._sent = 0
        self._progress = 0.0  # when it last did something, while it has something to do
        self._watch: asyncio.TimerHandle | None = None
        self._gave_up = asyncio.Event()

    def start(self) -> None:
        """Open the card in the background; returns at once."""
        self._started = True
        if self._settings.enabled and self._task is None:
            self._say(SoundPart("opening"))
            self._task = asyncio.create_task(self._keep(), name="sound")
            self._task.add_done_callback(self._over)

    def play(
        self,
        name: SoundName,
        severity: Severity = "medium",
        file: Path | None = None,
        say: str = "",
        volume: int | None = None,
    ) -> None:
        """Ask for a sound; never waits. ``file`` is an upstream's, ``say`` is spoken after it.

        ``volume`` in per cent; None: as configured.

        Without a card only the last critical one is kept, for 30 s.
        """
        if self._task is None:
            return
        given = None if file is None else str(file)
        message = Play(0, time.monotonic(), name, severity, given, say[:LONGEST_SAY], volume)
        critical = severity == "critical"
        if critical:
            self._critical = message
        waiting = self._sent - self._report.handled
        if waiting < MOST_ORDERS * (4 if critical else 1) and (
            critical or self._status.state == "ok"
        ):
            self._send(message)

    def stop_all(self) -> None:
        """End the critical sound, softly, and forget the one that waits; the others are short."""
        self._critical = None
        self._send(Silence())

    def reconfigure(self, settings: Sound, language: Language) -> None:
        """Take other settings; what waits is kept. Another card is opened only where one is asked.

        Files in which the process once hung get another try.
        """
        self._settings, self._language, self._skip = settings, language, ()
        if not self._started:
            self._say(SoundPart("opening" if settings.enabled else "off"))
        elif not settings.enabled:
            if self._task is not None:
                self._task.cancel()
                self._task = None
            self._say(SoundPart("off"))
        elif self._task is None:
            self.start()
        else:
            self._send(self._configure())

    def use_card(self, card: str, trying: bool = False) -> None:
        """Play on this card from now on, by ALSA's id of it; empty: on the one that is found.

        While it is being tried no other one plays in its place.
        """
        self._card, self._trying = card, trying
        if self._task is not None:
            self._send(self._configure())

    def set_volume(self, percent: int) -> None:
        """How loud everything is from now on, until it is reconfigured."""
        settings = msgspec.structs.replace(self._settings, volume=percent, volumes=Volumes())
        self._settings = settings
        if self._task is not None:
            self._send(self._configure())

    @property
    def volume(self) -> int:
        """How loud everything is, in per cent."""
        return self._settings.volume

    def status(self) -> SoundPart:
        return self._status

    async def close(self, timeout: float = 2.0) -> None:
        """End the sound process; one that hangs is killed after ``timeout`` seconds."""
        task, self._task, self._farewell = self._task, None, timeout
        if task is not None:
            task.cancel()
            await asyncio.wait([task], timeout=timeout + TO_DIE)

    def _say(self, status: SoundPart) -> None:
        before, self._status = self._status, status
        if status.state == "failed" != before.state:
            log.warning(tr("sound: {detail}", detail=status.detail))
        elif before.state == "failed" != status.state:
            log.info("sound: it is %s again", status.state)
        if status != before:
            self._changed()

    # The process's life

    async def _keep(self) -> None:
        backoff = Backoff(FIRST_RETRY, LONGEST_RETRY)
        while True:
            born = time.monotonic()
            try:
                why = await self._one_process()
            except OSError as error:
                why = tr("the sound process can't be started: {why}", why=error.strerror)
            self._say(SoundPart("failed", tr("{why}; it is started anew", why=why), "process_lost"))
            if time.monotonic() - born > SOUND_LIFE:
                backoff.reset()
            await asyncio.sleep(backoff.next())
            while len(stuck := [p for p in self._stuck if p.poll() is None]) >= MOST_STUCK:
                said = tr(
                    "{count} sound processes hang in the kernel; none is started anew",
                    count=MOST_STUCK,
                )
                self._say(SoundPart("failed", said, "process_lost"))
                await asyncio.sleep(LONGEST_RETRY)
            self._stuck = stuck

    def _over(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            log.error(tr("sound: a fault of kioskd itself"), exc_info=error)
            self._say(
                SoundPart("failed", tr("a fault of kioskd itself: {error!r}", error=error), "bug")
            )

    async def _one_process(self) -> str:
        """Start it and stay with it until it is lost; why it was."""
        ours, theirs = socket.socketpair()
        with ours, theirs:  # its messages end when ours closes
            process = subprocess.Popen(
                self._command,
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                env=environment() | {"LANGUAGE": spoken()},
            )
            link = None
            lost = False
            try:
                theirs.close()
                reader, link = await asyncio.open_unix_connection(sock=ours)
                self._greet(link)
                why = await self._follow(reader, process)
                lost = True
                return why
            finally:
                if self._watch is not None:
                    self._watch.cancel()
                    self._watch = None
                self._link = None
                if link is not None:
                    link.transport.abort()
                await self._end(process, 0.0 if lost else self._farewell)

    def _greet(self, link: asyncio.StreamWriter) -> None:
        self._link, self._report, self._sent = link, Report("opening"), 0
        self._gave_up.clear()
        self._send(self._configure())
        if self._critical and time.monotonic() - self._critical.at < CRITICAL_WAITS:
            self._send(self._critical)

    async def _follow(self, reader: asyncio.StreamReader, process: subprocess.Popen[bytes]) -> str:
        """Take its reports until it is gone or given up; why."""
        gave_up = asyncio.ensure_future(self._gave_up.wait())
        try:
            while True:
                line = asyncio.ensure_future(reader.readline())
                await asyncio.wait([line, gave_up], return_when=asyncio.FIRST_COMPLETED)
                if not line.done():
                    line.cancel()
                    doing = tr(self._report.calling or later("taking a message"))
                    return tr(
                        "the sound card does not answer ({doing}{suspect})",
                        doing=doing,
                        suspect=self._suspect(),
                    )
                try:
                    self._take(decode_report(line.result()))
                except (msgspec.MsgspecError, OSError):  # nothing more, or half a line: it ended
                    await _gone(process, TO_DIE)
                    code = tr(
                        "exit code {code}{suspect}",
                        code=process.returncode,
                        suspect=self._suspect(),
                    )
                    return tr("the sound process ended unasked ({code})", code=code)
        finally:
            gave_up.cancel()

    def _suspect(self) -> str:
        """The file that it was reading is left alone from now on; in words."""
        if not (file := self._report.reading):
            return ""
        self._skip = (*self._skip, file)[-MOST_ORDERS:]
        return tr(" {file}, which is not read again", file=file)

    async def _end(self, process: subprocess.Popen[bytes], patience: float) -> None:
        """It ends by itself when its messages end; one that hangs is killed."""
        try:
            ended = await _gone(process, patience)
        finally:
            if process.poll() is None:
                process.kill()
        if not ended and not await _gone(process, TO_DIE):
            self._stuck.append(process)

    # What is said to it, and what it says

    def _configure(self) -> Configure:
        return Configure(self._settings, self._language, self._skip, self._card, self._trying)

    def _send(self, message: Message) -> None:
        if self._link is None:
            return
        self._sent += 1
        if isinstance(message, Play):
            message = msgspec.structs.replace(message, number=self._sent)
            if message.severity == "critical":
                self._critical = message
        with contextlib.suppress(RuntimeError):  # the link is closing: it is about to be seen
            self._link.write(encode(message) + b"\n")
        self._look()

    def _take(self, report: Report) -> None:
        self._report, self._progress = report, time.monotonic()
        if self._critical and 0 < self._critical.number <= report.handled and not report.unheard:
            self._critical = None
        if report.state != "opening":
            chosen = "" if self._trying else self._card
            self._say(SoundPart(report.state, report.detail, report.code, report.card, chosen))
        self._look()

    def _look(self) -> None:
        """See that it makes progress while it has something to do; while it has not, let it be."""
        now = time.monotonic()
        if self._report.handled >= self._sent and not self._report.calling:
            if self._watch is not None:
                self._watch.cancel()
                self._watch = None
        elif self._watch is None:
            # What was just sent to an idle process is its progress.
            self._progress = now
            self._judge()

    def _judge(self) -> None:
        # At boot, Python alone may need long to start on a Pi.
        patience = self._patience * (1 if self._report.handled else 3)
        self._watch = None
        left = self._progress + patience - time.monotonic()
        if left <= 0:
            self._gave_up.set()
        else:
            self._watch = asyncio.get_running_loop().call_later(left, self._judge)


async def _gone(process: subprocess.Popen[bytes], timeout: float) -> bool:
    """Whether it ends within ``timeout`` seconds."""
    deadline = time.monotonic() + timeout
    while process.poll() is None:
        if time.monotonic() >= deadline:
            return False
        await asyncio.sleep(0.01)
    return True
