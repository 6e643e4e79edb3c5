"""What is wrong with kioskd's own parts, one line a part, as every part reports it."""

import logging
from collections.abc import Mapping

from kioskd.core.ports import Changed
from kioskd.core.status import PartFault

log = logging.getLogger(__name__)


class PartFaults:
    """``changed`` is called when a part became wrong or well."""

    def __init__(self, changed: Changed) -> None:
        self._changed = changed
        self._faults: dict[str, PartFault] = {}

    def say(self, part: str, fault: str | None, code: str = "", about: str = "") -> None:
        """Show what is wrong with a part, or (None) that it is well again.

        ``code`` (empty: the part's name) and ``about`` let panels say it in their language.
        """
        before = self._faults.get(part)
        now = None if fault is None else PartFault(part, fault, code or part, about)
        if before == now:
            return
        if now is None:
            del self._faults[part]
        else:
            self._faults[part] = now
            log.error("%s: %s", part, fault)
        self._changed()

    def __contains__(self, part: object) -> bool:
        return part in self._faults

    def all(self) -> Mapping[str, PartFault]:
        """Each part that is wrong, in the order in which they became wrong."""
        return self._faults
