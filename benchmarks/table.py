"""The table of a run: each goal beside its measured value, and the machine that gave it."""

import importlib.metadata
import os
import platform
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

VERSIONS = ("aiohttp", "msgspec", "websockets", "channels", "daphne", "django")


class Row(NamedTuple):
    """One line: what was measured, the value with its ratios, the goal, and whether it is met."""

    what: str
    measured: str
    goal: str = ""
    met: bool | None = None
    """None where a value is only stated."""
    figures: Mapping[str, float] = {}
    """The same as numbers, in seconds, bytes or ratios, for programs."""
    others: float | None = None
    """The part of the machine that went to other programs meanwhile; None: as for its group."""


def markdown(rows: Iterable[Row]) -> str:
    head = ["| what | measured | goal | met | others |", "| --- | --- | --- | --- | --- |"]
    return "\n".join(head + [line(row) for row in rows])


def line(row: Row) -> str:
    said = {True: "yes", False: "**no**", None: ""}[row.met]
    others = "" if row.others is None else f"{row.others:.0%}"
    return f"| {row.what} | {row.measured} | {row.goal} | {said} | {others} |"


def machine() -> str:
    """One line: processor, cores, memory, system, and the versions of what was measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in VERSIONS)
    return (
        f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GB; {system}, "
        f"Linux {platform.release().split('-')[0]}; Python {platform.python_version()}, {versions}"
    )


def _processor() -> str:
    facts: dict[str, str] = {}
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        facts.setdefault(name.strip(), value.strip())
    # A Raspberry Pi names its model, an ARM processor no name of its own.
    return facts.get("Model") or facts.get("model name") or platform.machine()


def span(seconds: float) -> str:
    """A time with three digits, in the unit that suits it."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.0f} µs"


def size(count: float) -> str:
    """Bytes, in thousands or millions."""
    if count < 1e6:
        return f"{count / 1e3:.0f} kB"
    return f"{count / 1e6:.1f} MB"
