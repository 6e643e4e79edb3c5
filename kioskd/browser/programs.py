"""Which browser shows the panel, and how it is started.

Two of one source: Chromium, and chromium-shell, which is its engine in a window and nothing more.
In a Debian 13 the whole wall takes 490 MB with the one, 319 with the other:
docs/performance.md.
"""

import shutil
from pathlib import Path
from typing import NamedTuple

from kioskd.host.told import LOOPBACK

SHELL = "chromium-shell"
NAMES = (SHELL, "chromium", "chromium-browser")
"""The smallest first. Raspberry Pi OS called Chromium by the last until 2025."""

BOTH = (
    # The picture, and nothing around it.
    "--ozone-platform=wayland",
    "--hide-scrollbars",
    "--autoplay-policy=no-user-gesture-required",
    # Nothing sleeps because nobody touches it.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    # One page is one process; on Linux the network's own would not be in a sandbox either.
    "--renderer-process-limit=1",
    "--enable-features=NetworkServiceInProcess2",
    # 40 updates a second of 200 tickets leave 8 MB of garbage and not 60, for 2 ms each.
    "--js-flags=--optimize-for-size",
    # Ours to command, through inherited pipes.
    "--remote-debugging-pipe",
    "--log-level=3",
)
ONLY_CHROMIUM = (
    "--kiosk",
    "--start-fullscreen",
    "--disable-pinch",
    "--overscroll-history-navigation=0",
    # No dialog, no bubble, no question.
    "--no-first-run",
    "--no-default-browser-check",
    "--noerrdialogs",
    "--hide-crash-restore-bubble",
    "--disable-session-crashed-bubble",
    "--disable-hang-monitor",
    "--disable-notifications",
    "--disable-prompt-on-repost",
    "--disable-print-preview",
    "--deny-permission-prompts",
    "--password-store=basic",
    "--disable-features=Translate,MediaRouter,OptimizationHints,AutofillServerCommunication,"
    "CalculateNativeWinOcclusion,GlobalMediaControls,InterestFeedContentSuggestions",
    "--no-pings",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--metrics-recording-only",
)
ONLY_SHELL = (
    "--content-shell-hide-toolbar",
    # A page's server is found on the loopback: see ``Way.doors``.
    "--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets",
    # It would let every program of the machine drive it through a port, beside the pipe. No
    # machine has this address (RFC 5737), so it can't be listened at; the unit forbids it, too.
    "--remote-debugging-address=192.0.2.1",
)


class Way(NamedTuple):
    """The way to the pages among the screens, as the daemon has made it."""

    port: int
    """On the loopback, of the proxy that leads there."""
    panel: int
    """On the loopback, of the daemon, to which no proxy leads."""
    spki: str
    """The one key that it shows for every page over TLS."""
    doors: tuple[str, ...] = ()
    """Without the proxy: ``HOST:PORT 127.0.0.1:PORT``, where each page's server is found."""


class Browser(NamedTuple):
    """A browser that is installed."""

    path: str
    name: str

    def command(
        self, page: str, profile: Path, *extra: str, gpu: bool, way: Way | None = None
    ) -> list[str]:
        """What to run to show ``page``, with ``gpu`` drawn by the graphics processor. ``way``: to
        the pages among the screens; None: there is none."""
        shell = self.name == SHELL
        flags = (*BOTH, *(ONLY_SHELL if shell else ONLY_CHROMIUM))
        doors = (f"MAP {door}, " for door in way.doors) if way is not None and shell else ()
        # No traffic but the panel's own.
        found = "".join(doors) + "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
        flags += (f"--host-resolver-rules={found}",)
        if way is None:
            flags += ("--no-proxy-server",)
        else:
            flags += (
                # Chromium-shell knows neither of these two.
                f"--proxy-server=socks5://{LOOPBACK}:{way.port}",
                # For every place but the panel's, the loopback's others too.
                f"--proxy-bypass-list=<-loopback>;{LOOPBACK}:{way.panel}",
                f"--ignore-certificate-errors-spki-list={way.spki}",
            )
        own = (f"--user-data-dir={profile}", *(() if gpu else ("--disable-gpu",)), *extra)
        # Not with --app, which saves 50 MB: with --kiosk it crashes in Debian 12's cage.
        return [self.path, *flags, *own, page]


def installed(wanted: str = "auto") -> Browser | None:
    """The browser that ``display.browser`` says, or the smallest of those that are there: a wall
    with another browser is better than a dark one. None when there is none."""
    for name in sorted(NAMES, key=lambda name: name != wanted):
        if path := shutil.which(name):
            return Browser(path, name)
    return None
