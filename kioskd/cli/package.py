"""kioskd as a Debian package: what a file holds, what is installed, and one put for the other."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kioskd.errors import KioskdError
from kioskd.words import tr

NAME = "kioskd"
FACTS = "${Package}\n${Version}\n${Architecture}\n${Installed-Size}\n"
# A conffile as the package brought it: what dpkg compares with at the next upgrade.
ORIGINALS = {"/etc/kioskd/kioskd.yaml": "/usr/lib/kioskd/kioskd.yaml"}
# What dpkg adds to a package's own fields when it is installed.
BOOKKEEPING = ("Status", "Conffiles", "Config-Version", "Triggers-Pending", "Triggers-Awaited")
INSTALLING = 900.0  # seconds; a slow card, and other packages that apt may have to fetch
ASKING = 120.0  # seconds to read a package from a slow card
KEEP_EDITS = "--force-confold"  # of two configuration files, the one that was edited


class UpdateError(KioskdError):
    """The update is refused, or has failed; what runs now is said."""


@dataclass(frozen=True)
class Package:
    """``size`` in bytes, unpacked."""

    version: str
    architecture: str
    size: int


def read(file: Path, name: Path | None = None) -> Package:
    """What a file holds, read to its end; errors call it ``name``. Raises ``UpdateError`` when it
    is not kioskd's package, not for this machine, or torn."""
    shown = name or file
    try:
        holds, version, architecture, size = _facts("dpkg-deb", "--show", _format(), str(file))
        run("dpkg-deb", "--fsys-tarfile", str(file), limit=ASKING, output=subprocess.DEVNULL)
    except UpdateError as error:
        why = str(error).replace(str(file), shown.name)
        raise UpdateError(
            tr("{file} can't be read as a package: {why}", file=shown, why=why)
        ) from None
    if holds != NAME:
        raise UpdateError(
            tr("{file} holds the package {name}, not {wanted}", file=shown, name=holds, wanted=NAME)
        )
    here = run("dpkg", "--print-architecture", limit=ASKING).strip()
    if architecture not in (here, "all"):
        raise UpdateError(
            tr(
                "{file} is for {architecture}, and this machine is {here}",
                file=shown,
                architecture=architecture,
                here=here,
            )
        )
    return Package(version, architecture, int(size or 0) * 1024)


def field(file: Path, name: str) -> str:
    """One field of the package in a file, for whatever machine it is. Raises ``UpdateError``."""
    try:
        return run("dpkg-deb", "--field", str(file), name, limit=ASKING).strip()
    except OSError:
        raise UpdateError(tr("dpkg-deb is needed to read a package: install dpkg")) from None


def installed(root: Path | None = None) -> Package:
    """What is installed, or is so on the system below ``root``. Raises ``UpdateError`` when it is
    no package."""
    books = [] if root is None else [f"--admindir={root}/var/lib/dpkg"]
    try:
        _, version, architecture, size = _facts("dpkg-query", *books, "--show", _format(), NAME)
    except UpdateError:
        raise UpdateError(tr("this kioskd was not installed as a package of the system")) from None
    return Package(version, architecture, int(size or 0) * 1024)


def older(version: str, than: str) -> bool:
    done = subprocess.run(["dpkg", "--compare-versions", version, "lt", than])
    return done.returncode == 0


def install(file: Path) -> None:
    """Put the package in the place of what is installed. Raises ``UpdateError``."""
    run(*_apt(file), limit=INSTALLING)


def others(file: Path) -> list[str]:
    """The names of other packages that apt would bring along. Raises ``UpdateError``."""
    planned = run(*_apt(file), "--simulate", limit=ASKING)
    names = re.findall(r"^Inst (\S+)", planned, re.MULTILINE)
    return [name for name in names if name != NAME]


def put_back(file: Path) -> None:
    """The same without apt, which refuses to work on what was left half installed."""
    run("dpkg", KEEP_EDITS, "--force-downgrade", "--install", str(file), limit=INSTALLING)


def repack(target: Path, workshop: Path, leave_out: str = "(?!)") -> None:
    """Make a package of what is installed, durably: whole at ``target``, or not there.

    Paths that match ``leave_out`` are not in it. ``workshop`` needs room for a copy of the rest,
    and is root's alone. Raises ``UpdateError``.
    """
    temporary = target.with_name(f"{target.name}.new")
    with tempfile.TemporaryDirectory(prefix="kioskd-", dir=workshop) as folder:
        try:
            tree = Path(folder, "tree")
            _copy_files(tree, re.compile(leave_out))
            _copy_control(tree / "DEBIAN")
            build = ("dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build")
            run(*build, str(tree), str(temporary), limit=INSTALLING)
            with temporary.open("rb") as file:
                os.fsync(file.fileno())
            temporary.replace(target)
            settle(target.parent)
        except (OSError, UpdateError) as error:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise UpdateError(
                tr("{file} can't be written: {reason}", file=target, reason=error)
            ) from None


def settle(folder: Path) -> None:
    """What was renamed or removed in a folder outlasts a power cut."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def run(*command: str, limit: float, output: int | None = None) -> str:
    """What a program says, on both outputs. Raises ``UpdateError`` with its last words when it
    fails, and when it takes longer than ``limit`` seconds."""
    # A package's scripts must not find kioskd's own modules, nor ask anybody.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment |= {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    environment["PATH"] = f"{environment.get('PATH', '')}:/usr/sbin:/usr/bin:/sbin:/bin"
    with tempfile.TemporaryFile() as spoken:  # no pipe: what stays running would hold its end
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=spoken if output is None else output,
            stderr=spoken,
            env=environment,
            start_new_session=True,  # Ctrl+C and a closed terminal are not for dpkg
        ) as process:
            try:
                code = process.wait(limit)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise UpdateError(
                    tr(
                        "{command} took longer than {seconds:.0f} s",
                        command=command[0],
                        seconds=limit,
                    )
                ) from None
        spoken.seek(0)
        text = spoken.read().decode(errors="replace")
    if code:
        said = _last_words(text).removeprefix(f"{command[0]}: ")
        raise UpdateError(f"{command[0]}: {said or tr('exit code {code}', code=code)}")
    return text


def _last_words(text: str) -> str:
    """The first complaint, with the line that it announces; else the last line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for line, following in zip(lines, [*lines, ""][1:], strict=True):
        if re.match(r"(E|error|dpkg\S*): ", line):
            return f"{line} {following}" if line.endswith(":") else line
    return lines[-1] if lines else ""


def _apt(file: Path) -> tuple[str, ...]:
    meant = ("--yes", "--quiet", "--no-install-recommends", "--allow-downgrades", "--reinstall")
    keep = ("--option", f"Dpkg::Options::={KEEP_EDITS}", "--option", "DPkg::Lock::Timeout=60")
    return ("apt-get", "install", *meant, *keep, str(file.absolute()))


def _format() -> str:
    return f"--showformat={FACTS}"


def _facts(*command: str) -> list[str]:
    found = run(*command, limit=ASKING).splitlines()
    if len(found) != FACTS.count("\n"):
        raise UpdateError(" ".join(found))
    return found


def _copy_files(tree: Path, leave_out: re.Pattern[str]) -> None:
    for name in run("dpkg-query", "--listfiles", NAME, limit=ASKING).splitlines():
        place, target = Path(name), tree / name.lstrip("/")
        if not name.startswith("/") or leave_out.match(name):
            continue
        if place.is_dir() and not place.is_symlink():
            target.mkdir(parents=True, exist_ok=True)
            target.chmod(0o755)
        elif place.is_symlink() or place.is_file():  # a system may leave out manuals
            original = Path(ORIGINALS.get(name, name))
            source = original if original.is_file() else place
            shutil.copy2(source, target, follow_symlinks=False)


def _copy_control(folder: Path) -> None:
    folder.mkdir(mode=0o755, parents=True)
    known = run("dpkg-query", "--status", NAME, limit=ASKING)
    (folder / "control").write_text("".join(_own_fields(known)))
    for name in run("dpkg-query", "--control-path", NAME, limit=ASKING).split():
        part = Path(name)
        shutil.copy2(part, folder / part.name.partition(".")[2])
    # dpkg doesn't tell the path of this one. Its lines: a name, a checksum, perhaps "obsolete".
    edited = run("dpkg-query", "--show", "--showformat=${Conffiles}\n", NAME, limit=ASKING)
    names = [line.split()[0] for line in edited.splitlines() if len(line.split()) == 2]
    (folder / "conffiles").write_text("".join(f"{name}\n" for name in names))


def _own_fields(known: str) -> Iterator[str]:
    """The lines of the control file, of those that dpkg keeps of an installed package."""
    ours = True
    for line in known.splitlines(keepends=True):
        if not line.startswith((" ", "\t")):
            ours = line.partition(":")[0] not in BOOKKEEPING
        if ours:
            yield line
