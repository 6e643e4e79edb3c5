"""Shows the panel on this machine's screen, and proves that it does.

Opens a compositor with a browser in it, asks the daemon whether this very page paints, and feeds
systemd's watchdog only while it does. A lost picture is first reloaded; then this process ends, and
systemd starts it again. The daemon may come up later, and may restart under it.

It lives as long as the wall does, so it imports almost nothing: `tests/browser/test_footprint.py`.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from kioskd.browser import asking
from kioskd.browser.beside import Beside, unless_dark
from kioskd.browser.devtools import BrowserError, Devtools
from kioskd.browser.liveness import Liveness, Seen, pause, seen
from kioskd.browser.opening import COOKIE, Opened, Settings, opened, places
from kioskd.browser.pages import Pages
from kioskd.browser.photographer import Photographer
from kioskd.browser.window import fills, log, quoted
from kioskd.host import screen, systemd, told
from kioskd.words import later, speak, tr

WORDS: dict[Seen, str] = {
    "picture": later("picture confirmed; {at}/ on this screen"),
    "none": later("no picture yet from {at}/"),
    "daemon away": later("waiting for kioskd at {at}/; try: systemctl status kioskd"),
    "display off": later("the display is off on purpose"),
    "no screen": later("no screen is connected; waiting for one"),
}
GIVE_UP = 3  # failures in a row after which the graphics processor is not used any more
ASKED = later("somebody asked for a new start")
OTHER_PAGES = later("there are other pages to show")


def main(
    port: str,
    browser: str,
    gpu: str,
    rotate: str,
    language: str,
    screens: str,
    told_in: str = "",
) -> int:
    """As ``start`` calls it: the daemon's port, ``display.browser``, whether the graphics processor
    draws (``gpu`` or nothing), ``display.rotate``, ``kiosk.language``, the panels' places, and the
    file where a daemon says where it is."""
    speak(language)
    ask_where = partial(told.told, told_in) if told_in else lambda: None
    ask_pages = partial(told.pages, told_in) if told_in else str
    settings = Settings(browser, bool(gpu), int(rotate), places(screens))
    return run(told.local(int(port)), ask_where, ask_pages, settings)


def run(
    at: str,
    ask_where: Callable[[], str | None],
    ask_pages: Callable[[], str],
    settings: Settings,
) -> int:
    """Show the panel until SIGTERM (returns 0), or until the picture can't be had (1)."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with _folder() as folder:
        failures = _failures(folder)
        systemd.ready(tr("starting"))
        try:
            _wait_for_a_screen()
            _pause(failures)
            if settings.gpu and _given_up(folder, failures):
                settings = settings._replace(gpu=False)
            with (
                closing(Photographer(folder)) as photographer,
                opened(folder, ask_pages(), settings) as browser,
            ):
                said = _watch(browser, ask_where, ask_pages, at, folder, photographer)
        except SystemExit:  # by SIGTERM: who orders another start by hand does not wait for it
            with suppress(OSError):
                (folder / "failures").unlink(missing_ok=True)
            raise
        except (BrowserError, FileNotFoundError) as error:
            said = str(error)
        if said not in (ASKED, OTHER_PAGES):
            with suppress(OSError):  # without room for it the next start is not delayed
                (folder / "failures").write_text(str(_failures(folder) + 1))
        systemd.status(tr("{said}; starting again", said=tr(said)))
        log(tr("{said}; systemd starts it again", said=tr(said)))
        return 1


def _watch(
    browser: Opened,
    ask_where: Callable[[], str | None],
    ask_pages: Callable[[], str],
    at: str,
    folder: Path,
    photographer: Photographer,
) -> str:
    """Show the page of the daemon ``at`` this address, or at the one that it tells later.

    Returns why the browser must be started again.
    """
    process, devtools, turning, pages, beside = browser
    at = ask_where() or at
    proof, last, shown = Liveness(time.monotonic()), "", ("", "")
    asked: int | None = None  # new starts that were wanted before this one
    uptime = 0.0
    while (code := process.poll()) is None:
        if (now_at := ask_where()) not in (None, at):
            at, proof = str(now_at), Liveness(time.monotonic())
        if (shows := (at, told.wall_secret())) != shown:  # a daemon has a new one
            shown, uptime = shows, float("inf")
            devtools.set_cookie(at, COOKIE, shows[1])
        beside.arrange()
        status = _ask(at, shows[1], beside)
        before, uptime = uptime, _uptime(status)
        if uptime < before:  # another daemon, or none
            pages.news.tell_again()
            beside.news.tell_again()
        what, name, wanted = _look(status, beside)
        if wanted is not None:
            if asked is not None and wanted > asked:
                return ASKED
            asked = wanted
        if not pages.take(ask_pages()):
            return OTHER_PAGES
        # A page that covers the panel takes its focus; the panel says behind it that it paints.
        if what == "picture" and not pages.front and not _covers(devtools, beside):
            what = "none"
        now, line = time.monotonic(), tr(WORDS[what], at=at)
        match proof.step(now, what):
            case "well":
                systemd.watchdog()
            case "reload":
                log(tr("{said}; loading the page", said=line))
                devtools.navigate(f"{at}/?id={quoted(name)}")
            case "restart":
                return tr("no picture from {at}/, and a reload did not help", at=at)
        if proof.steady(now):
            (folder / "failures").unlink(missing_ok=True)
        others, reason = beside.step(now, at, shows[1], status, what == "picture")
        if reason:
            return reason
        line = f"{line}; {others}" if others else line
        if line != last:
            last = line
            systemd.status(line)
        turning.keep()
        _tell(pages, beside, at, shows[1])
        _wait(pages, photographer, devtools, what == "picture")
    return tr("the browser ended (exit code {code})", code=code)


def _wait(pages: Pages, photographer: Photographer, devtools: Devtools, well: bool) -> None:
    """A second, with whoever asks and with the pages."""
    ends = time.monotonic() + 1.0
    while (now := time.monotonic()) < ends:
        pages.step(now, well)
        photographer.wait(min(ends - now, pages.patience), devtools)


def _tell(pages: Pages, beside: Beside, at: str, secret: str) -> None:
    """What the daemon does not know of the pages and the screens."""
    try:
        for name, code, detail in beside.news.take():
            said = {"output": name, "code": code, "detail": detail}
            asking.tell(at, secret, "/api/output", said)
        for name, code, detail in pages.news.take():
            said = {"screen": name, "code": code, "detail": detail}
            asking.tell(at, secret, "/api/page", said)
    except (OSError, ValueError):
        pass  # it is told when it is back


def _ask(at: str, secret: str, beside: Beside) -> Any:
    """What the daemon says of itself; None: nothing, or no screen is there to ask for."""
    if not beside.apart and screen.none_connected():
        return None
    try:
        return asking.status(at, secret)
    except (OSError, ValueError):
        return None


def _uptime(status: Any) -> float:
    """Seconds for which the daemon has run; 0: it does not say."""
    found = status.get("uptime") if isinstance(status, dict) else None
    return float(found) if isinstance(found, int | float) else 0.0


def _look(status: Any, beside: Beside) -> tuple[Seen, str, int | None]:
    """What there is of the picture, how the daemon calls the panel of its own screen, and how
    often it wanted a new start of the browser since its own; None: it does not say now."""
    found = status if isinstance(status, dict) else {}
    restarts = found.get("browserRestarts")
    wanted = restarts if isinstance(restarts, int) else None
    if beside.first is None if beside.apart else screen.none_connected():
        return "no screen", "", wanted
    if status is None:
        return "daemon away", "", None
    what = seen(status, str(found.get("kioskId", "")), beside.darkened)
    if beside.first is not None:
        what = unless_dark(what, beside.first)
    return what, str(found.get("kioskId", "")), wanted


def _covers(devtools: Devtools, beside: Beside) -> bool:
    """A page may paint in a window that shows a corner of it, or below a dialog."""
    if beside.first is not None:
        return fills(devtools, beside.first)
    try:
        return devtools.fills_the_screen()
    except BrowserError:
        return False


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
        log(
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
