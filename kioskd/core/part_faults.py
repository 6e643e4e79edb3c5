"""What is wrong with kioskd's own parts, one line a part, as every part reports it."""

import logging
from collections.abc import Mapping

from kioskd.core.ports import Changed

log = logging.getLogger(__name__)


class PartFaults:
    """``changed`` is called when a part became wrong or well."""

    def __init__(self, changed: Changed) -> None:
        self._changed = changed
        self._faults: dict[str, str] = {}

    def say(self, part: str, fault: str | None) -> None:
        """Show what is wrong with a part, or (None) that it is well again."""
        if self._faults.get(part) == fault:
            return
        if fault is None:
            del self._faults[part]
        else:
            self._faults[part] = fault
            log.error("%s: %s", part, fault)
        self._changed()

    def __contains__(self, part: object) -> bool:
        return part in self._faults

    def all(self) -> Mapping[str, str]:
        """Each part that is wrong, with its line, in the order in which they became wrong."""
        return self._faults
