"""Shows the panel on this machine's screen, and proves that it does.

Starts cage with a browser, asks the daemon whether this very page paints, and feeds systemd's
watchdog only while it does. A lost picture is first reloaded; then this process ends, and systemd
starts it again. The daemon may come up later, and may restart under it.

It lives as long as the wall does, so it imports almost nothing: `tests/browser/test_footprint.py`.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path

from kioskd.browser import asking, programs
from kioskd.browser.devtools import BrowserError, Devtools
from kioskd.browser.liveness import Liveness, Seen, pause, seen
from kioskd.browser.pages import Pages, read
from kioskd.browser.photographer import Photographer
from kioskd.browser.turning import Turning
from kioskd.host import screen, systemd, told
from kioskd.words import later, speak, tr

WAITING = (
    "data:text/html;charset=utf-8,<!doctype html><title>kioskd</title>"
    "<body style='margin:0;height:100vh;display:grid;place-content:center;text-align:center;"
    "font:3vw sans-serif;cursor:none;background:%230b1220;color:%23cbd5e1'>"
    "<p>{}<p style='font-size:1.5vw'>systemctl status kioskd"
)
WORDS: dict[Seen, str] = {
    "picture": later("picture confirmed; {at}/ on this screen"),
    "none": later("no picture yet from {at}/"),
    "daemon away": later("waiting for kioskd at {at}/; try: systemctl status kioskd"),
    "display off": later("the display is off on purpose"),
    "no screen": later("no screen is connected; waiting for one"),
}
COOKIE = "kioskd"  # as web.authorisation calls it
ENDS = 3.0  # seconds for the browser to end when asked
TO_DIE = 2.0  # seconds in which a browser that has hung up should be gone
GIVE_UP = 3  # failures in a row after which the graphics processor is not used any more
ASKED = later("somebody asked for a new start")
OTHER_PAGES = later("there are other pages to show")


def main(port: str, browser: str, gpu: str, rotate: str, language: str, told_in: str = "") -> int:
    """As ``start`` calls it: the daemon's port, ``display.browser``, whether the graphics processor
    draws (``gpu`` or nothing), ``display.rotate``, ``kiosk.language``, and the file where a daemon
    says where it is."""
    speak(language)
    ask_where = partial(told.told, told_in) if told_in else lambda: None
    ask_pages = partial(told.pages, told_in) if told_in else str
    return run(told.local(int(port)), ask_where, ask_pages, browser, bool(gpu), int(rotate))


def run(
    at: str,
    ask_where: Callable[[], str | None],
    ask_pages: Callable[[], str],
    wanted: str,
    gpu: bool,
    rotate: int,
) -> int:
    """Show the panel until SIGTERM (returns 0), or until the picture can't be had (1)."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with _folder() as folder:
        failures = _failures(folder)
        systemd.ready(tr("starting"))
        try:
            _wait_for_a_screen()
            _pause(failures)
            gpu = gpu and not _given_up(folder, failures)
            with (
                closing(Photographer(folder)) as photographer,
                _browser(folder, ask_pages(), wanted, gpu, rotate) as browser,
            ):
                said = _watch(*browser, ask_where, ask_pages, at, folder, photographer)
        except (BrowserError, FileNotFoundError) as error:
            said = str(error)
        if said not in (ASKED, OTHER_PAGES):
            with suppress(OSError):  # without room for it the next start is not delayed
                (folder / "failures").write_text(str(_failures(folder) + 1))
        systemd.status(tr("{said}; starting again", said=tr(said)))
        _log(tr("{said}; systemd starts it again", said=tr(said)))
        return 1


def _watch(
    process: subprocess.Popen[bytes],
    devtools: Devtools,
    turning: Turning,
    pages: Pages,
    ask_where: Callable[[], str | None],
    ask_pages: Callable[[], str],
    at: str,
    folder: Path,
    photographer: Photographer,
) -> str:
    """Show the page of the daemon ``at`` this address, or at the one that it tells later.

    Returns why the browser must be started again.
    """
    at = ask_where() or at
    proof, last, shown = Liveness(time.monotonic()), "", ("", "")
    asked: int | None = None  # new starts that were wanted before this one
    while (code := process.poll()) is None:
        if (now_at := ask_where()) not in (None, at):
            at, proof = str(now_at), Liveness(time.monotonic())
        if (shows := (at, told.wall_secret())) != shown:  # a daemon has a new one
            shown = shows
            pages.tell_again()
            devtools.set_cookie(at, COOKIE, shows[1])
        what, name, wanted = _look(at, shows[1])
        if wanted is not None:
            if asked is not None and wanted > asked:
                return ASKED
            asked = wanted
        if not pages.take(ask_pages()):
            return OTHER_PAGES
        # A page that covers the panel takes its focus; the panel says behind it that it paints.
        if what == "picture" and not pages.front and not _covers(devtools):
            what = "none"
        now, line = time.monotonic(), tr(WORDS[what], at=at)
        match proof.step(now, what):
            case "well":
                systemd.watchdog()
            case "reload":
                _log(tr("{said}; loading the page", said=line))
                devtools.navigate(f"{at}/?id={_quoted(name)}")
            case "restart":
                return tr("no picture from {at}/, and a reload did not help", at=at)
        if proof.steady(now):
            (folder / "failures").unlink(missing_ok=True)
        if line != last:
            last = line
            systemd.status(line)
        turning.keep()
        _tell(pages, at, shows[1])
        _wait(pages, photographer, devtools, what == "picture")
    return tr("the browser ended (exit code {code})", code=code)


def _wait(pages: Pages, photographer: Photographer, devtools: Devtools, well: bool) -> None:
    """A second, with whoever asks and with the pages."""
    ends = time.monotonic() + 1.0
    while (now := time.monotonic()) < ends:
        pages.step(now, well)
        photographer.wait(min(ends - now, pages.patience), devtools)


def _tell(pages: Pages, at: str, secret: str) -> None:
    """What the daemon does not know of the pages."""
    try:
        for name, code, detail in pages.news():
            said = {"screen": name, "code": code, "detail": detail}
            asking.tell(at, secret, "/api/page", said)
    except (OSError, ValueError):
        pass  # it is told when it is back


def _look(at: str, secret: str) -> tuple[Seen, str, int | None]:
    """What there is of the picture, how the daemon calls the panel of its own screen, and how
    often it wanted a new start of the browser since its own; None: it does not say now."""
    if screen.none_connected():
        return "no screen", "", None
    try:
        status = asking.status(at, secret)
    except (OSError, ValueError):
        return "daemon away", "", None
    name = str(status.get("kioskId", "")) if isinstance(status, dict) else ""
    wanted = status.get("browserRestarts") if isinstance(status, dict) else None
    return seen(status, name), name, wanted if isinstance(wanted, int) else None


def _quoted(name: str) -> str:
    """A name as a part of an address."""
    return "".join(f"%{byte:02X}" for byte in name.encode(errors="replace"))


def _covers(devtools: Devtools) -> bool:
    """A page may paint in a window that shows a corner of it, or below a dialog."""
    try:
        return devtools.fills_the_screen()
    except BrowserError:
        return False


def drawing(gpu: bool) -> dict[str, str]:
    """What the compositor draws with. A browser that draws by itself gives finished pictures, which
    only have to be copied: that needs no graphics driver with a compiler in it (30 MB)."""
    return {} if gpu else {"WLR_RENDERER": "pixman"}


@contextmanager
def _browser(
    folder: Path, written: str, wanted: str, gpu: bool, rotate: int
) -> Iterator[tuple[subprocess.Popen[bytes], Devtools, Turning, Pages]]:
    """cage with a browser in it, with a profile that is thrown away."""
    way, given = read(written)
    # chromium-shell has no tabs, and not every page works in a frame.
    best = "chromium" if given and wanted == "auto" else wanted
    browser, cage = programs.installed(best), shutil.which("cage")
    if browser is None or cage is None:
        raise FileNotFoundError(
            tr(
                "the browser is not installed; try: apt install cage {one}, or cage {other}",
                one=programs.NAMES[0],
                other=programs.NAMES[1],
            )
        )
    if wanted not in ("auto", browser.name):
        _log(
            tr(
                "{wanted} is wanted and not installed; {found} takes over",
                wanted=wanted,
                found=browser.name,
            )
        )
    profile = folder / "profile"
    shutil.rmtree(profile, ignore_errors=True)
    theirs_in, ours_in = os.pipe()
    ours_out, theirs_out = os.pipe()
    # The browser reads commands from 3 and answers on 4.
    shell = ("bash", "-c", f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}', "bash")
    turning = Turning(rotate, cage, folder)
    # For a graphics driver that needs persuasion; see the man page.
    options = os.environ.get("KIOSKD_CAGE_FLAGS", "").split()
    extra = os.environ.get("KIOSKD_CHROMIUM_FLAGS", "").split()
    process = subprocess.Popen(
        [
            cage,
            "-s",
            *turning.options,
            *options,
            "--",
            *shell,
            *browser.command(waiting(), profile, *extra, gpu=gpu, way=way),
        ],
        pass_fds=(theirs_in, theirs_out),
        env=drawing(gpu) | os.environ | {"XDG_RUNTIME_DIR": str(folder), "HOME": str(folder)},
    )
    os.close(theirs_in)
    os.close(theirs_out)
    devtools = Devtools(ours_in, ours_out)
    try:
        turning.begin()
        yield process, devtools, turning, Pages(devtools, way, browser.name != programs.SHELL)
    except BrowserError as error:
        # A pipe that closed says little: why it closed is soon known.
        with suppress(subprocess.TimeoutExpired):
            code = process.wait(TO_DIE)
            raise BrowserError(tr("the browser ended (exit code {code})", code=code)) from None
        raise error
    finally:
        devtools.close()
        process.terminate()
        try:
            process.wait(ENDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def waiting() -> str:
    """The page that is shown until there is the panel."""
    return WAITING.format(tr("Waiting for kioskd..."))


def _log(line: str) -> None:
    print(f"kioskd browser: {line}", file=sys.stderr)


def _wait_for_a_screen() -> None:
    """A graphics driver may come late, and so may a screen: without one chromium-shell ends at
    once. With another back end than the screen, don't wait for a driver."""
    while "WLR_BACKENDS" not in os.environ and not list(Path("/dev/dri").glob("card*")):
        systemd.status(tr("no graphics card (/dev/dri/card*) yet; waiting for one"))
        systemd.watchdog()
        time.sleep(2)
    while screen.none_connected():
        systemd.status(tr(WORDS["no screen"]))
        systemd.watchdog()
        time.sleep(1)


@contextmanager
def _folder() -> Iterator[Path]:
    """What systemd gives for as long as the unit runs; without systemd, one that is thrown away."""
    if given := os.environ.get("RUNTIME_DIRECTORY", "").split(":")[0]:
        yield Path(given)
        return
    from tempfile import TemporaryDirectory  # large, and not needed under systemd

    with TemporaryDirectory(prefix="kioskd-browser-") as spare:
        yield Path(spare)


def _failures(folder: Path) -> int:
    try:
        return int((folder / "failures").read_text())
    except (OSError, ValueError):
        return 0


def _given_up(folder: Path, failures: int) -> bool:
    """Whether the graphics processor is left alone: a driver that fails again and again does so
    until the machine starts anew, and the folder with it."""
    mark = folder / "without-gpu"
    if failures >= GIVE_UP and not mark.exists():
        _log(
            tr(
                "the browser failed {count} times in a row: it draws without the graphics "
                "processor now (display.gpu)",
                count=failures,
            )
        )
        with suppress(OSError):
            mark.touch()
        return True
    return mark.exists()


def _pause(failures: int) -> None:
    until = time.monotonic() + pause(failures)
    while (left := until - time.monotonic()) > 0:
        systemd.status(
            tr(
                "the browser failed {count} times in a row; next start in {left:.0f} s",
                count=failures,
                left=left,
            )
        )
        systemd.watchdog()
        time.sleep(min(left, 5))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
