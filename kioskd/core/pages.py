"""Whether the web pages among the screens can be shown: the browser of this machine says it."""

from collections.abc import Mapping

from kioskd.config import Config, PageScreen
from kioskd.core.part_faults import PartFaults
from kioskd.errors import ProtocolError
from kioskd.words import later, tr

WORDS: Mapping[str, str] = {
    "dead": later("can't be opened"),
    "blank": later("stays blank"),
    "login": later(
        "asks for a login, which no wall can answer; give it a header, or let it be read"
    ),
    "elsewhere": later("leads to another host, which the browser may not reach"),
    "frozen": later("does not answer any more"),
    "secret": later("its header can't be sent"),
    "ca_file": later("its ca_file can't be read"),
    "certificate": later("its server's certificate is not trusted; set ca_file"),
    "certificate_expired": later("its server's certificate has expired"),
    "certificate_name": later("its server's certificate is for another name"),
    "browser": later(
        "of this machine itself it needs Chromium, and chromium-shell runs;"
        " try: sudo apt install chromium"
    ),
}
"""What keeps a page from being shown, by its code."""
LONGEST = 200  # characters of a detail


class Pages:
    """What is wrong with a page stands in the status until the browser says that it is well."""

    def __init__(self, config: Config, faults: PartFaults) -> None:
        self._faults = faults
        self._failed: set[str] = set()
        self._titles: dict[str, str] = {}
        self.configure(config)

    def configure(self, config: Config) -> None:
        """Take another configuration; what was wrong with a page that is gone, goes."""
        pages = [screen for screen in config.screens if isinstance(screen, PageScreen)]
        self._titles = {page.name: page.title or page.name for page in pages}
        for name in self._failed - set(self._titles):
            self._faults.say(f"page {name}", None)
        self._failed &= set(self._titles)

    def said(self, name: str, code: str, detail: str = "") -> None:
        """A page is well (an empty code), or can't be shown. Raises ``ProtocolError``."""
        if name not in self._titles:
            raise ProtocolError(tr("no page is called {name!r:.60}", name=name))
        if not code:
            self._failed.discard(name)
            self._faults.say(f"page {name}", None)
            return
        if code not in WORDS:
            raise ProtocolError(
                tr("`code` must be one of {names}, or empty", names=", ".join(WORDS))
            )
        self._failed.add(name)
        words = tr(WORDS[code]) + (f": {detail[:LONGEST]}" if detail else "")
        self._faults.say(f"page {name}", words, f"page_{code}", self._titles[name])

    def failed(self, name: str) -> bool:
        """Whether a page can't be shown now."""
        return name in self._failed
