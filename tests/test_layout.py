"""Who owns which third-party package; what test files share.

Who may import whom in kioskd is in pyproject.toml (import-linter).
"""

import ast
import sys
import tomllib
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "kioskd"
OWNERS = {
    "yaml": {"config"},
    "pygame": {"audio"},
    "gpiozero": {"gpio"},
    "jmespath": {"config"},
    "aiomqtt": {"fleet"},
    "paho": {"fleet"},
    "sdnotify": {"host"},
    "aiohttp": {"audio", "sources", "web"},
    "multidict": {"web"},
    "yarl": {"sources", "web"},
    "prometheus_client": {"web"},
}
EVERYWHERE = {"kioskd", "msgspec", *sys.stdlib_module_names}
FILES = sorted(PACKAGE.rglob("*.py"))
HERE = Path(__file__).parent
TESTS = sorted(  # not the Debians that the tests of the appliance keep in a hidden folder
    path
    for path in HERE.rglob("*.py")
    if not any(part.startswith(".") for part in path.relative_to(HERE).parts)
)


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_third_party_package_is_imported_by_its_owner_only(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for name in {name.split(".")[0] for name in imported(path)} - EVERYWHERE:
        assert room in OWNERS.get(name, ()), f"{path.name} imports {name}"


def test_every_folder_of_code_is_in_the_wheel() -> None:
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text())
    folders = {path.parent for path in FILES}
    ours = {".".join(("kioskd", *folder.relative_to(PACKAGE).parts)) for folder in folders}
    assert set(project["tool"]["setuptools"]["packages"]) == ours | {"kioskd.sounds"}


def test_no_test_file_is_imported() -> None:
    """What two of them need is in ``tests/support``, or in a file of its own beside them."""
    shared = {
        f"{path.name} imports {name}"
        for path in TESTS
        for name in imported(path)
        if name.startswith("tests.") and name.split(".")[-1].startswith(("test_", "conftest"))
    }
    assert not shared


def test_no_two_test_files_make_a_fake_or_a_server_of_the_same_name() -> None:
    """A second one belongs into ``tests/support``; a name that fits only one of them is clearer."""
    found: dict[str, set[str]] = {}
    apart = ("django_upstream", "guide_server")  # two helpdesks, each a program of its own
    for path in (path for path in TESTS if not set(apart) & set(path.parts)):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, set()).add(str(path.relative_to(PACKAGE.parent)))
    assert {name: files for name, files in found.items() if len(files) > 1} == {}
