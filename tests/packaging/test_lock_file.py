"""What npm fetches for the panel: the lock file names every address, and no registry."""

import json
from pathlib import Path
from typing import Any

import pytest

FRONTEND = Path(__file__).parents[2] / "frontend"
PACKAGES: dict[str, dict[str, Any]] = json.loads((FRONTEND / "package-lock.json").read_text())[
    "packages"
]


@pytest.mark.parametrize("path", [path for path in PACKAGES if path])
def test_each_package_comes_from_whichever_registry_npm_is_set_up_for(path: str) -> None:
    # Without an address npm fetches the package's whole history first: npm run lock writes it.
    name, version = path.rpartition("node_modules/")[2], PACKAGES[path]["version"]
    file = f"{name.rpartition('/')[2]}-{version}.tgz"
    assert PACKAGES[path]["resolved"] == f"https://registry/{name}/-/{file}"
    assert PACKAGES[path]["integrity"].startswith("sha512-")


def test_npm_takes_the_host_registry_for_its_own() -> None:
    assert "replace-registry-host=registry" in (FRONTEND / ".npmrc").read_text().splitlines()
