"""Commands of buttons, as real processes."""

import asyncio
import os
import sys
import time
from pathlib import Path

import pytest

from kioskd.config import Command
from kioskd.config.scalars import Duration
from kioskd.errors import KioskdError
from kioskd.host.commands import CommandError, run_command


def python(program: str, limit: float = 30) -> Command:
    return Command(argv=(sys.executable, "-c", program), time_limit=Duration(limit))


def alive(pid: int) -> bool:
    """Whether the process runs; one that nobody waited for counts as gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def gone(pid: int) -> None:
    async with asyncio.timeout(10):
        while alive(pid):
            await asyncio.sleep(0.01)


async def written(path: Path) -> int:
    """The number that a program wrote, whole, into ``path``."""
    async with asyncio.timeout(10):
        while not path.exists() or not path.read_text().endswith("\n"):
            await asyncio.sleep(0.01)
    return int(path.read_text())


async def test_the_last_line_that_a_command_printed_is_told() -> None:
    said = await run_command(Command(argv=("printf", "one\\ntwo \\n\\n")))
    assert said == "printf ended well: two"


async def test_a_silent_command_is_told_too() -> None:
    assert await run_command(Command(argv=("true",))) == "true ended well"


async def test_arguments_reach_no_shell() -> None:
    said = await run_command(Command(argv=("echo", "$HOME; `id` && ls *")))
    assert said == "echo ended well: $HOME; `id` && ls *"


async def test_a_command_runs_as_the_daemon_s_user_and_does_not_speak_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/systemd/notify")
    said = await run_command(
        python(
            "import os, sys; print(os.getuid(), 'NOTIFY_SOCKET' in os.environ, sys.stdin.read())"
        )
    )
    assert said.endswith(f": {os.getuid()} False")


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("import sys; print('disk full', file=sys.stderr); sys.exit(3)", "exit code 3: disk full"),
        ("import os; os.abort()", "was ended by SIGABRT"),
        ("print('\\x1b[31mred\\x07'); exit(1)", "exit code 1: [31mred"),
        ("import sys; sys.stdout.buffer.write(b'\\xff\\xfe'); sys.exit(1)", "exit code 1: \ufffd"),
    ],
)
async def test_a_command_that_fails_says_why_in_one_line(program: str, reason: str) -> None:
    with pytest.raises(CommandError) as caught:
        await run_command(python(program))
    said = str(caught.value)
    assert isinstance(caught.value, KioskdError)
    assert reason in said
    assert said.isprintable()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("no-such-program", "No such file or directory"),
        ("{folder}/text", "Permission denied"),
        ("bad\0name", "embedded null byte"),
    ],
)
async def test_a_command_that_can_t_be_started_is_named(
    name: str, reason: str, tmp_path: Path
) -> None:
    (tmp_path / "text").write_text("no program")
    name = name.format(folder=tmp_path)
    with pytest.raises(CommandError, match=f"can't be started: {reason}"):
        await run_command(Command(argv=(name,)))


async def test_a_time_out_kills_the_command_and_all_that_it_started(tmp_path: Path) -> None:
    program = f"""
import os, pathlib, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path("{tmp_path}/child").write_text(f"{{child.pid}}\\n")
pathlib.Path("{tmp_path}/own").write_text(f"{{os.getpid()}}\\n")
print("working", flush=True)
time.sleep(60)
"""
    running = asyncio.ensure_future(run_command(python(program, limit=3)))
    child, own = await written(tmp_path / "child"), await written(tmp_path / "own")
    assert alive(child)
    with pytest.raises(CommandError, match="took longer than 3s and was stopped: working"):
        await running
    await gone(own)
    await gone(child)


async def test_a_command_that_is_cancelled_is_killed(tmp_path: Path) -> None:
    program = f"""
import os, pathlib, time
pathlib.Path("{tmp_path}/own").write_text(f"{{os.getpid()}}\\n")
time.sleep(60)
"""
    running = asyncio.ensure_future(run_command(python(program)))
    own = await written(tmp_path / "own")
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await gone(own)


async def test_endless_output_fills_no_memory_and_its_end_is_told() -> None:
    program = """
import sys
for i in range(400):
    sys.stdout.write("x" * 100_000)
print("\\nlast words")
sys.exit(1)
"""
    with pytest.raises(CommandError, match=r"exit code 1: last words$"):
        await run_command(python(program))
    with pytest.raises(CommandError) as caught:
        await run_command(python("import sys; sys.exit('y' * 1_000_000)"))
    assert len(str(caught.value)) < 300


async def test_what_a_command_leaves_in_the_background_holds_nothing_up(tmp_path: Path) -> None:
    program = f"""
import pathlib, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path("{tmp_path}/child").write_text(f"{{child.pid}}\\n")
print("started")
"""
    began = time.monotonic()
    said = await run_command(python(program))
    assert said.endswith("ended well: started")
    assert time.monotonic() - began < 20
    child = await written(tmp_path / "child")
    assert alive(child)
    os.kill(child, 9)
    await gone(child)
