"""Where each view comes from, so that what one source said is never shown as another's."""

import hashlib
from collections.abc import Iterable

from kioskd.config.sections.source_base import Source
from kioskd.config.sections.words import View


def origins(sources: Iterable[Source]) -> dict[View, str]:
    """The origin of each view that has a source.

    A digest of the kind and the address, or of all its keys where it has none: an address
    may hold a token, and these go to the card and to the panels.
    """
    return {view: _origin(source, view) for source in sources for view in source.views}


def selections(sources: Iterable[Source]) -> dict[View, str]:
    """As ``origins``; another one also where the same address gives other rows or figures."""
    found = list(sources)
    chosen = {view: repr(source.selection()) for source in found for view in source.views}
    return {view: f"{origin} {chosen[view]}" for view, origin in origins(found).items()}


def _origin(source: Source, view: View) -> str:
    address = source.addresses().get(view) or repr(source)
    return hashlib.sha256(f"{source.kind} {address}".encode()).hexdigest()[:16]
