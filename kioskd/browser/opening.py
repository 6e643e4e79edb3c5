"""Opens a compositor and a browser in it: cage, or sway where the file gives panels outputs."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from kioskd.browser import programs, sway
from kioskd.browser.beside import Beside
from kioskd.browser.devtools import BrowserError, Devtools
from kioskd.browser.pages import Pages, read
from kioskd.browser.sway import Place, Sway
from kioskd.browser.turning import Turning
from kioskd.browser.window import log, waiting
from kioskd.words import later, tr

COOKIE = "kioskd"  # as web.authorisation calls it
ENDS = 3.0  # seconds for the browser to end when asked
TO_DIE = 2.0  # seconds in which a browser that has hung up should be gone
NO_SWAY = {
    "not_installed": later(
        "sway is not installed, so one panel is shown and no other; try: sudo apt install sway, "
        "then sudo systemctl restart kioskd-browser"
    ),
    "not_started": later("sway does not start, so one panel is shown and no other"),
}


class Settings(NamedTuple):
    """What the configuration says of the picture; no ``places``: one panel on all screens."""

    browser: str
    gpu: bool
    rotate: int
    places: tuple[Place, ...]


class Opened(NamedTuple):
    """What runs; ``process`` ends with the browser."""

    process: subprocess.Popen[bytes]
    devtools: Devtools
    turning: Turning
    pages: Pages
    beside: Beside


def places(written: str) -> tuple[Place, ...]:
    """As ``start`` has written them; empty: none."""
    return tuple(Place(*each) for each in json.loads(written or "[]"))


@contextmanager
def opened(folder: Path, written: str, settings: Settings) -> Iterator[Opened]:
    """Both, with a profile that is thrown away. ``written``: the pages, as the daemon has it.

    Raises ``FileNotFoundError`` and ``BrowserError``.
    """
    way, given = read(written)
    browser = _installed(settings.browser, bool(given))
    desk, why = _desk(settings, folder)
    cage = shutil.which("cage")
    try:
        if desk is None and cage is None:
            raise _missing()
        with _running(folder, browser, way, settings, desk, cage or "", why) as running:
            yield running
    finally:
        if desk is not None:
            desk.end()


def drawing(gpu: bool) -> dict[str, str]:
    """What the compositor draws with. A browser that draws by itself gives finished pictures, which
    only have to be copied: that needs no graphics driver with a compiler in it (30 MB)."""
    return {} if gpu else {"WLR_RENDERER": "pixman"}


def _installed(wanted: str, pages: bool) -> programs.Browser:
    # chromium-shell has no tabs, and not every page works in a frame.
    best = "chromium" if pages and wanted == "auto" else wanted
    browser = programs.installed(best)
    if browser is None:
        raise _missing()
    if wanted not in ("auto", browser.name):
        log(
            tr(
                "{wanted} is wanted and not installed; {found} takes over",
                wanted=wanted,
                found=browser.name,
            )
        )
    return browser


def _missing() -> FileNotFoundError:
    return FileNotFoundError(
        tr(
            "the browser is not installed; try: apt install cage {one}, or cage {other}",
            one=programs.NAMES[0],
            other=programs.NAMES[1],
        )
    )


def _desk(settings: Settings, folder: Path) -> tuple[Sway | None, str]:
    """sway, where it is wanted and can be had; else the code of the reason."""
    if not settings.places:
        return None, ""
    why = "not_installed"
    if shutil.which(sway.PROGRAM) is not None:
        desk, why = Sway(settings.places, folder, drawing(settings.gpu)), "not_started"
        if desk.comes_up():
            return desk, ""
        desk.end()
    log(tr(NO_SWAY[why]))
    return None, why


@contextmanager
def _running(
    folder: Path,
    browser: programs.Browser,
    way: programs.Way | None,
    settings: Settings,
    desk: Sway | None,
    cage: str,
    why: str,
) -> Iterator[Opened]:
    profile = folder / "profile"
    shutil.rmtree(profile, ignore_errors=True)
    theirs_in, ours_in = os.pipe()
    ours_out, theirs_out = os.pipe()
    # The browser reads commands from 3 and answers on 4.
    shell = ("bash", "-c", f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}', "bash")
    # For a graphics driver that needs persuasion; see the man page.
    options = os.environ.get("KIOSKD_CAGE_FLAGS", "").split()
    extra = os.environ.get("KIOSKD_CHROMIUM_FLAGS", "").split()
    turning = Turning(0 if desk else settings.rotate, cage, folder)
    # Debian 12's cage crashes when it draws by itself (pixman) on one of two screens.
    environment = drawing(settings.gpu or bool(why)) | os.environ
    environment |= {"XDG_RUNTIME_DIR": str(folder), "HOME": str(folder)}
    if desk is None:
        # In place of several panels one screen shows one; cage would draw it over all of them.
        alone = ("-m", "last") if why else ()
        around, page = [cage, "-s", *alone, *turning.options, *options, "--"], waiting()
    else:
        around, page = [], waiting(0)
        environment["WAYLAND_DISPLAY"] = sway.DISPLAY
    shown = browser.command(page, profile, *extra, gpu=settings.gpu, way=way)
    process = subprocess.Popen(
        [*around, *shell, *shown], pass_fds=(theirs_in, theirs_out), env=environment
    )
    os.close(theirs_in)
    os.close(theirs_out)
    devtools, tabs = Devtools(ours_in, ours_out), browser.name != programs.SHELL
    try:
        turning.begin()
        beside = Beside(devtools, settings.places, desk, why, tabs, COOKIE)
        yield Opened(process, devtools, turning, Pages(devtools, way, tabs), beside)
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
