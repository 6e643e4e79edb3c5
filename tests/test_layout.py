"""Keeps the import table true: who may import whom, and who owns which package."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "kioskd"
MAY = {
    "errors": set(),
    "core": set(),
    "scalars": set(),
    "files": set(),
    "hosts": set(),
    "yamlfile": {"errors"},
    "config": {"scalars", "errors"},
    "load": {"config", "errors", "files", "hosts", "load", "scalars", "yamlfile"},
    "protocol": {"core", "config", "errors"},
    "state": {"core", "config", "protocol"},
    "statefile": {"config", "errors", "files", "policy", "protocol"},
    "hub": set(),
    "contact": set(),
    "press": {"config", "contact"},
    "turning": {"contact"},
    "movement": {"contact"},
    "lights": set(),
    "pins": {"config", "contact", "movement", "pins", "press", "turning"},
    "command": {"config", "errors"},
    "soundcard": {"config", "errors", "files"},
    "speech": {"config", "errors"},
    "deck": {"config", "soundcard"},
    "orders": {"config", "scalars"},
    "mixer": {"config", "deck", "errors", "orders", "soundcard", "speech"},
    "sound": {"config", "orders", "soundcard"},
    "fetch": {"errors", "files", "soundcard"},
    "soundcache": {"errors", "fetch", "files"},
    "buttons": {"config", "lights", "pins"},
    "hours": {"config", "scalars"},
    "policy": {"config", "hours", "protocol"},
    "power": {"config", "errors"},
    "display": {"config", "errors", "hours", "power"},
    "rotation": {"config"},
    "facts": {"core", "config", "hub", "protocol", "state"},
    "card": {"facts"},
    "reach": {"hosts"},
    "chime": {"config", "errors", "protocol"},
    "kiosk": {
        "core",
        "config",
        "errors",
        "facts",
        "hub",
        "policy",
        "protocol",
        "rotation",
        "state",
    },
    "inforce": {"config", "errors", "files", "load", "yamlfile"},
    "places": {"config"},
    "origin": {"config"},
    "keeper": {"config", "files", "kiosk", "protocol", "state", "statefile"},
    "guard": {"config", "hosts"},
    "metrics": {"protocol"},
    "control": {"config", "errors", "kiosk", "metrics", "protocol"},
    "hearing": {"config", "errors", "hub", "kiosk", "protocol"},
    "web": {"config", "control", "errors", "guard", "hearing", "hub", "kiosk", "protocol"},
    "systemd": set(),
    "sources": {"core", "config", "errors", "files", "protocol", "reach", "sources"},
    "address": {"files"},
    "client": {"address", "config", "errors", "inforce", "load"},
    "shown": {"facts", "protocol"},
    "cli": {
        *("browser", "bundle", "client", "config", "daemon", "doctor", "errors", "inforce"),
        *("load", "places", "scalars", "shown", "sound", "update"),
    },
    "devtools": {"errors"},
    "proof": set(),
    "browser": {
        *("address", "client", "config", "devtools", "errors", "inforce", "load"),
        *("proof", "systemd"),
    },
    "doctor": {
        *("address", "client", "config", "doctor", "errors", "kiosk", "load", "places", "protocol"),
        *("soundcard", "sources", "web"),
    },
    "deb": {"errors"},
    "update": {"client", "deb", "errors"},
    "bundle": {"client", "config", "doctor", "errors", "files", "load"},
    "__main__": {"cli"},
}
OWNERS = {
    "yaml": {"yamlfile"},
    "pygame": {"soundcard"},
    "gpiozero": {"pins"},
    "sdnotify": {"systemd"},
    "aiohttp": {"control", "daemon", "guard", "fetch", "sources", "web"},
    "prometheus_client": {"metrics"},
}
FILES = sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def module(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_module_imports_only_what_the_table_allows(path: Path) -> None:
    ours = {name.split(".")[1] for name in imported(path) if name.startswith("kioskd.")}
    if module(path) not in ("daemon", "__init__"):
        assert ours - {"__version__"} <= MAY[module(path)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_third_party_package_is_imported_by_its_owner_only(path: Path) -> None:
    for name in imported(path):
        owners = OWNERS.get(name.split(".")[0], {module(path)})
        assert module(path) in owners, f"{path.name} imports {name}"
