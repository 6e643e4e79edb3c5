"""Runs the command of an action ``run``: no shell, a time limit, and one line for the log."""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Mapping

from kioskd.config import Command
from kioskd.core.part_faults import PartFaults
from kioskd.errors import KioskdError
from kioskd.words import tr

log = logging.getLogger(__name__)
MOST_RUNNING = 5  # commands at once
MOST_KEPT = 4096  # bytes of output that are kept; the rest is read and thrown away
LONGEST_LINE = 200  # characters of it that are shown
KILLING = 1.0  # seconds
PIPE = 1 << 20  # bytes: more than a pipe holds
OURS = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID", "PYTHONPATH")


class CommandError(KioskdError):
    """A command that could not be started, failed, or took too long."""


class CommandRunner:
    """Runs commands beside the event loop; ``faults`` shows what the last one ended with."""

    def __init__(self, faults: PartFaults) -> None:
        self._faults = faults
        self._running: set[asyncio.Task[None]] = set()

    def start(self, command: Command, environment: Mapping[str, str] | None = None) -> None:
        """Start a command, with these variables more in its environment.

        Beyond ``MOST_RUNNING`` at once it is not run, and that is logged.
        """
        if len(self._running) >= MOST_RUNNING:
            log.warning(
                tr(
                    "{program} is not run: {count} commands still are",
                    program=command.argv[0],
                    count=MOST_RUNNING,
                )
            )
            return
        task = asyncio.create_task(self._run(command, environment or {}), name="command")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def stop(self) -> list[asyncio.Task[None]]:
        """End every command that runs; the tasks that are ending."""
        ending = list(self._running)
        for task in ending:
            task.cancel()
        return ending

    async def _run(self, command: Command, environment: Mapping[str, str]) -> None:
        try:
            log.info("%s", await run_command(command, environment))
            self._faults.say("command", None)
        except KioskdError as error:
            self._faults.say("command", str(error))


async def run_command(command: Command, environment: Mapping[str, str] | None = None) -> str:
    """Run it as the daemon's own user; returns one line for the log.

    ``environment`` is added to the daemon's own.

    Raises ``CommandError``. What runs when the time limit comes, or when this is cancelled, is
    killed with everything that it started in its process group.
    """
    name = command.argv[0]
    output = _Output()
    code: int | None = None
    try:
        process = await _start(command, output, environment or {})
        try:
            async with asyncio.timeout(command.time_limit):
                code = await process.wait()
        finally:
            if process.returncode is None:
                await _kill(process)
    except TimeoutError:
        pass
    finally:
        said = output.close()
    if code is None:
        raise CommandError(
            tr(
                "{name} took longer than {time} and was stopped{said}",
                name=name,
                time=command.time_limit,
                said=said,
            )
        )
    if code < 0:
        raise CommandError(
            tr(
                "{name} was ended by {signal}{said}",
                name=name,
                signal=signal.Signals(-code).name,
                said=said,
            )
        )
    if code > 0:
        raise CommandError(
            tr("{name} failed with exit code {code}{said}", name=name, code=code, said=said)
        )
    return tr("{name} ended well{said}", name=name, said=said)


async def _start(
    command: Command, output: "_Output", more: Mapping[str, str]
) -> asyncio.subprocess.Process:
    # systemd takes messages from whoever has these, and PYTHONPATH is the package's own.
    environment = {key: value for key, value in os.environ.items() if key not in OURS}
    try:
        return await asyncio.create_subprocess_exec(
            *command.argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output.end,
            stderr=output.end,
            env={**environment, **more},
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise CommandError(
            tr(
                "{name} can't be started: {why}; write its whole path, and may it be run?",
                name=command.argv[0],
                why=why,
            )
        ) from None
    finally:
        output.started()


class _Output:
    """A pipe of our own: asyncio's would make the wait for the program last until everything that
    it left in the background is gone too. What was printed last is kept: there it says what went
    wrong."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._loop = asyncio.get_running_loop()
        self._read, self.end = os.pipe()
        os.set_blocking(self._read, False)
        self._loop.add_reader(self._read, self._take)

    def started(self) -> None:
        """The program has its end, if it runs."""
        os.close(self.end)

    def close(self) -> str:
        """Take what the pipe still holds, and return the last line of it with a colon before."""
        if self._read >= 0:
            self._take()
            self._loop.remove_reader(self._read)
            os.close(self._read)
            self._read = -1
        lines = self._kept.decode(errors="replace").split("\n")
        printable = ("".join(c if c.isprintable() else " " for c in line) for line in lines)
        last = next((line.strip() for line in reversed(list(printable)) if line.strip()), "")
        return f": {last[:LONGEST_LINE]}" if last else ""

    def _take(self) -> None:
        try:
            chunk = os.read(self._read, PIPE)
        except BlockingIOError:
            return
        if not chunk:
            self._loop.remove_reader(self._read)
        self._kept += chunk
        del self._kept[:-MOST_KEPT]


async def _kill(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(TimeoutError):  # one that is stuck in the kernel does not die
        async with asyncio.timeout(KILLING):
            await process.wait()
