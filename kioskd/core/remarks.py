"""Puts into faults what is wrong with a view, and what in it is only odd."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from kioskd.config import View
from kioskd.core import rows, values
from kioskd.core.dialect import propose
from kioskd.core.faults import Fault
from kioskd.core.messages import Counters, Failed, Json
from kioskd.errors import ProtocolError

EXAMPLES = 3  # of what is odd, that are named
NAMES = 20  # of a source's own fields, that are named
LONGEST = 100  # characters of such a name: what the settings take


def wrong(view: View, error: ProtocolError) -> Failed:
    """A view whose update is none."""
    return Failed(view, Fault("bad_message", {"detail": f"{view}_update: {error}"}))


def lacking(view: View, missing: Iterable[str], items: Iterable[Json], known: set[str]) -> Failed:
    """A view of which no row has what the guide asks for; ``known`` are names that are no other."""
    there: Json = {}
    for item in items:
        there |= {n: item[n] for n in item if n not in known and len(n) <= LONGEST}
    missing = list(missing)
    proposed = propose(missing, there)
    params = {
        "message": f"{view}_update",
        "missing": ", ".join(missing),
        "present": ", ".join(list(there)[:NAMES]) or "-",
        "fields": "{" + ", ".join(f"{name}: {proposed.get(name, '?')}" for name in missing) + "}",
    }
    return Failed(view, Fault("fields_missing", params))


def differing(said: Mapping[str, Any], counted: Counters) -> tuple[Fault, ...]:
    """The remark that the upstream's own counters say something else than its rows."""
    differ = []
    for name, right in msgspec.structs.asdict(counted).items():
        try:
            given = values.number(said.get(name))
        except ValueError:
            continue
        if given is not None and given != right:
            differ.append((name, given, right))
    if not differ:
        return ()
    upstream = ", ".join(f"{name} {given}" for name, given, _ in differ)
    ours = ", ".join(f"{name} {right}" for name, _, right in differ)
    return (Fault("counters_differ", {"said": upstream, "counted": ours}),)


def summed(gaps: Iterable[rows.Gap]) -> tuple[Fault, ...]:
    """One remark for each field that something is wrong with."""
    found: dict[tuple[rows.Wrong, str], list[str]] = {}
    for gap in gaps:
        found.setdefault((gap.wrong, gap.field), []).append(gap.example)
    return tuple(
        Fault(
            wrong,
            {
                "field": field,
                "count": str(len(examples)),
                "examples": ", ".join(list(dict.fromkeys(examples))[:EXAMPLES]),
            },
        )
        for (wrong, field), examples in found.items()
    )
