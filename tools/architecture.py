"""Draws the pictures in docs/architecture.md from the import graph, as Mermaid.

``python -m tools.architecture`` writes them into the page, between its markers; with ``--check``
it only says whether they are old. A step of a flow that is no longer in the code, or two steps that
nothing in the code joins, are errors: a picture that is not true is not drawn.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import grimp

from tools.places import ROOT, update

PACKAGE = "kioskd"
FILES = ("daemon", "errors", "lifecycle")  # what is a room of its own, though only a file


class Step(NamedTuple):
    """One stop on the way: a class or function of a module below kioskd, and what it does.

    It comes after the step ``after``, or else after the one before it in the list. ``loaded_by`` is
    what loads that step by its name, so that no import joins the two.
    """

    module: str
    name: str
    does: str
    after: str = ""
    loaded_by: str = ""


FLOWS: dict[str, tuple[Step, ...]] = {
    "update": (
        Step("sources.channels", "messages", "reads the link"),
        Step("sources.retry", "follow", "retries, hands over", loaded_by="sources.opener"),
        Step("core.kiosk", "Kiosk.ingest", "takes it in"),
        Step("core.state", "State.apply", "compares, derives alerts"),
        Step("core.hub", "Hub.publish", "encodes once, writes to all", after="Kiosk.ingest"),
        Step("web.server", "Web", "holds the panels' sockets"),
        Step("core.alerting", "Alerting.take_derived", "raises the alerts", after="Kiosk.ingest"),
    ),
    "press": (
        Step("gpio.pins.line", "Wire", "brings an edge into the loop"),
        Step("gpio.debounce", "Debounce", "drops bounce and spikes"),
        Step("gpio.gestures", "Gestures", "press, hold or double"),
        Step("gpio.pins.parts", "ButtonPart", "finds the configured action"),
        Step("gpio.buttons", "Buttons", "hands the action over"),
        Step("core.kiosk", "Kiosk.perform", "does it"),
        Step("core.hub", "Hub.publish", "remote_switch to all"),
        Step("web.server", "Web", "holds the panels' sockets"),
    ),
    "sound": (
        Step("core.alerting", "Alerting.take", "collects a burst"),
        Step("core.sounding", "Sounding.loudest", "decides whether it sounds"),
        Step("audio.alert_sounds", "AlertSounds.ring", "chooses and fetches the sound"),
        Step("audio.player", "Player.play", "keeps the sound process alive"),
        Step("audio.ipc", "Play", "goes over a pipe"),
        Step("audio.mixer", "Mixer.run", "a process of its own"),
        Step("audio.mixer_channels", "SoundChannels.play", "keeps a channel for critical"),
    ),
}


def pictures(graph: grimp.ImportGraph) -> dict[str, str]:
    """Everything that is drawn, by the name of its place."""
    drawn = {"rooms": rooms(graph), "table": table(graph)}
    return drawn | {name: flow(steps, graph) for name, steps in FLOWS.items()}


def rooms(graph: grimp.ImportGraph) -> str:
    """Who imports whom; an arrow that follows from others is left out."""
    arrows = imports(graph)
    lines = ["```mermaid", "flowchart TD"]
    for room in sorted(arrows):
        shape = f'{room}["{room}.py"]' if room in FILES else f'{room}("{room}/")'
        lines.append(f"    {shape}")
    for room, others in sorted(arrows.items()):
        beyond = {far for other in others for far in reached(other, arrows)}
        lines += [f"    {room} --> {other}" for other in sorted(others - beyond)]
    return "\n".join([*lines, "```", ""])


def table(graph: grimp.ImportGraph) -> str:
    """Each room with what its docstring says of it and what it imports."""
    lines = ["| room | what is there | imports |", "| --- | --- | --- |"]
    arrows = imports(graph)
    for room in sorted(arrows, key=lambda each: (each in FILES, each)):
        said = (ast.get_docstring(ast.parse(source(room).read_text())) or "").splitlines()[0]
        name = f"`{room}.py`" if room in FILES else f"`{room}/`"
        others = ", ".join(sorted(arrows[room])) or "–"
        lines.append(f"| {name} | {said.replace('``', '`')} | {others} |")
    return "\n".join([*lines, ""])


def flow(steps: tuple[Step, ...], graph: grimp.ImportGraph) -> str:
    """The stops of a flow.

    A line says that the one imports the other. Where it is the other way round, or a third module
    joins the two, the line is dotted, and labelled with the third.
    """
    lines = ["```mermaid", "flowchart TD"]
    for number, step in enumerate(steps):
        if step.name not in set(names(source(step.module))):
            raise SystemExit(f"{step.module} has no {step.name}: correct tools/architecture.py")
        place = step.module.replace(".", "/")
        lines.append(f'    s{number}["{place}<br><b>{step.name}</b><br>{step.does}"]')
    order = [step.name for step in steps]
    for number, step in enumerate(steps[1:], start=1):
        before = order.index(step.after) if step.after else number - 1
        lines.append(f"    s{before} {arrow(steps[before], step, graph)} s{number}")
    return "\n".join([*lines, "```", ""])


def arrow(one: Step, two: Step, graph: grimp.ImportGraph) -> str:
    """The arrow between two steps."""
    if not two.loaded_by:
        return join(one.module, two.module, graph)
    module, _, name = two.loaded_by.rpartition(".")
    importer, imported = f"{PACKAGE}.{two.module}", f"{PACKAGE}.{module}"
    imports_it = graph.direct_import_exists(importer=importer, imported=imported)
    if not imports_it or name not in names(source(module)):
        raise SystemExit(f"{two.module} doesn't use {two.loaded_by}: correct tools/architecture.py")
    return f"-.->|{two.loaded_by}|"


def join(one: str, two: str, graph: grimp.ImportGraph) -> str:
    """The arrow between two modules."""
    first, second = f"{PACKAGE}.{one}", f"{PACKAGE}.{two}"
    if first == second or graph.direct_import_exists(importer=first, imported=second):
        return "-->"
    if graph.direct_import_exists(importer=second, imported=first):
        return "-.->"
    joining = graph.find_downstream_modules(first) & graph.find_downstream_modules(second)
    if joining:
        nearest = min(joining, key=lambda each: (steps(each, first, second, graph), each))
        return f"-.->|{nearest.removeprefix(PACKAGE + '.')}|"
    raise SystemExit(f"nothing joins {one} and {two}: correct tools/architecture.py")


def steps(module: str, one: str, two: str, graph: grimp.ImportGraph) -> int:
    """How many imports lie between ``module`` and the two that it joins."""
    chains = (graph.find_shortest_chain(importer=module, imported=end) for end in (one, two))
    return sum(len(chain) for chain in chains if chain)


def imports(graph: grimp.ImportGraph) -> dict[str, set[str]]:
    """The rooms, each with those that it imports directly."""
    found: dict[str, set[str]] = {}
    for module in graph.modules:
        if (room := room_of(module)) is not None:
            known = map(room_of, graph.find_modules_directly_imported_by(module))
            found.setdefault(room, set()).update({other for other in known if other} - {room})
    return found


def room_of(module: str) -> str | None:
    """The room of a module; None for the package itself and for ``python -m kioskd``."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] != "__main__" else None


def reached(room: str, arrows: dict[str, set[str]]) -> set[str]:
    """Every room that ``room`` imports, however far away."""
    found: set[str] = set()
    pending = set(arrows[room])
    while pending:
        found |= pending
        pending = {far for near in pending for far in arrows[near]} - found
    return found


def source(module: str) -> Path:
    """The file of a module below kioskd."""
    place = ROOT / PACKAGE / module.replace(".", "/")
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


def names(file: Path) -> Iterator[str]:
    """Every function and class of a file, and the methods as ``Class.method``."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, kinds):
            yield node.name
            inner = node.body if isinstance(node, ast.ClassDef) else []
            yield from (f"{node.name}.{each.name}" for each in inner if isinstance(each, kinds))


def build() -> grimp.ImportGraph:
    return grimp.build_graph(PACKAGE, cache_dir=None, exclude_type_checking_imports=True)


if __name__ == "__main__":
    sys.exit(update(ROOT / "docs/architecture.md", pictures(build())))
