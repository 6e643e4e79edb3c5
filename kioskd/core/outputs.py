"""Whether each panel of this machine has its screen: the browser of this machine says it."""

from collections.abc import Mapping

from kioskd.config import Config
from kioskd.core.part_faults import PartFaults
from kioskd.errors import ProtocolError
from kioskd.words import later, tr

WORDS: Mapping[str, str] = {
    "missing": later("no screen is connected there for panel {panel}; there are: {there}"),
    "not_installed": later(
        "panel {panel} is not shown: sway, which can show two, is not installed; try: sudo apt "
        "install sway, then sudo systemctl restart kioskd-browser"
    ),
    "not_started": later(
        "panel {panel} is not shown: sway, which can show two, does not start; see: journalctl -u "
        "kioskd-browser"
    ),
}
"""What keeps a panel from its output, by its code."""
NOWHERE = later("no screen is connected there for panel {panel}, nor to any other socket")
LONGEST = 200  # characters of the names that are there


class Outputs:
    """What is wrong with an output stands in the status until the browser says that it is well."""

    def __init__(self, config: Config, faults: PartFaults) -> None:
        self._faults = faults
        self._panels: dict[str, str] = {}
        self.configure(config)

    def configure(self, config: Config) -> None:
        """Take another configuration; what was wrong with an output that no panel has, goes."""
        before = self._panels
        self._panels = {panel.output: panel.id for panel in config.panels if panel.output}
        for name in before.keys() - self._panels.keys():
            self._faults.say(f"output {name}", None)

    def said(self, name: str, code: str, detail: str = "") -> None:
        """An output has its panel (an empty code), or not; ``detail``: which there are.

        Raises ``ProtocolError``.
        """
        if name not in self._panels:
            raise ProtocolError(f"no panel has the output {name!r:.60}")
        if not code:
            self._faults.say(f"output {name}", None)
            return
        if code not in WORDS:
            raise ProtocolError(f"`code` must be one of {', '.join(WORDS)}, or empty")
        words = NOWHERE if code == "missing" and not detail else WORDS[code]
        said = tr(words, panel=self._panels[name], there=detail[:LONGEST])
        self._faults.say(f"output {name}", said, f"output_{code}", name)
