"""What is given away: its list, its checksums, and signatures that `kioskd update` takes."""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from kioskd.cli import signature
from tests.support.signing import Signer

FOLDER = Path(__file__).parents[2] / "packaging/deb"
OURS = ("build", "command_line", "release", "sbom")
METADATA = "Metadata-Version: 2.1\nName: PyYAML\nVersion: 6.0\nLicense: MIT\n\nWords.\n"


@pytest.fixture(scope="module")
def release() -> Iterator[ModuleType]:
    sys.path.insert(0, str(FOLDER))
    try:
        yield importlib.import_module("release")
    finally:
        sys.path.remove(str(FOLDER))
        for name in OURS:
            sys.modules.pop(name, None)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """One with a wheel and the libraries of another in it, for both Pythons."""
    tree = tmp_path / "tree"
    for python in ("python3.11", "python3.13"):
        home = tree / "usr/lib/kioskd" / python
        (home / "PyYAML-6.0.dist-info").mkdir(parents=True)
        (home / "PyYAML-6.0.dist-info/METADATA").write_text(METADATA)
        (home / "pygame.libs").mkdir()
        says = b"\0reference libFLAC 1.3.4 20220220\0"
        (home / "pygame.libs/libFLAC-c5c6b3bc.so.8.3.0").write_bytes(says)
        (home / "pygame.libs/libmpg123-fad61782.so.0.47.0").write_bytes(b"mute")
        (home / "pygame.libs/libelf-0-3d9de92a.176.so").write_bytes(b"mute too")
    (tree / "DEBIAN").mkdir()
    about = "Package: kioskd\nVersion: 1.0\nArchitecture: all\nMaintainer: x <x@x.invalid>\n"
    (tree / "DEBIAN/control").write_text(f"{about}Description: for a test\n")
    file = tmp_path / "kioskd_1.0_all.deb"
    command = ["dpkg-deb", "-Zgzip", "-z1", "--build", str(tree), str(file)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return file


def test_the_list_names_every_wheel_library_and_part_of_the_panel_once(
    release: ModuleType, package: Path
) -> None:
    text = release.sbom(package, "1.0", 1_700_000_000)
    assert text == release.sbom(package, "1.0", 1_700_000_000)
    found = json.loads(text)
    assert found["metadata"]["component"]["version"] == "1.0"
    assert found["metadata"]["timestamp"] == "2023-11-14T22:13:20+00:00"
    purls = [each["purl"] for each in found["components"]]
    assert len(purls) == len(set(purls))
    versions = {each["name"]: each["version"] for each in found["components"]}
    libraries = {"libFLAC": "1.3.4", "libmpg123": "0.47.0", "libelf": "176"}
    assert versions.items() >= ({"pyyaml": "6.0"} | libraries).items()
    assert {"lgpio", "vue", "uqr", "@fontsource-variable/inter"} <= set(versions)
    assert not {"vite", "@vitejs/plugin-vue", "plugin-vue", "typescript"} & set(versions)


def test_every_library_of_the_pinned_wheels_is_told_by_name(release: ModuleType) -> None:
    pattern = sys.modules["sbom"]._LIBRARY
    for file, name in {
        "libSDL2-2-1667c208.0.so.0.2800.4": "SDL2",
        "libSDL2_mixer-2-673d03d7.0.so.0.600.3": "SDL2_mixer",
        "libpulsecommon-14-80414fd3.2.so": "pulsecommon",
        "libgpg-error-3f09c3c7.so.0.10.0": "gpg-error",
        "libselinux-0922c95c.so.1": "selinux",
    }.items():
        assert pattern.fullmatch(file)["name"] == name


def test_what_is_signed_is_what_an_update_takes(
    release: ModuleType, package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer = Signer(tmp_path, "house")
    monkeypatch.setenv("KIOSKD_SIGNING_KEY", str(signer.secret))
    folder, target = tmp_path / "keys", tmp_path / "kioskd-1.0"
    folder.mkdir()
    target.mkdir()
    secret, public = release._keys(folder)
    assert public.read_text().splitlines()[1] == signer.public.read_text().splitlines()[1]
    file = package.rename(target / package.name)
    (target / "kioskd_1.0_all.cdx.json").write_text("{}")
    release._sign(target, "1.0", secret)
    names = {"SHA256SUMS", "SHA256SUMS.minisig", "kioskd_1.0_all.cdx.json"}
    assert {path.name for path in target.iterdir()} == names | {
        "kioskd_1.0_all.deb",
        "kioskd_1.0_all.deb.minisig",
    }
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=target, check=True)
    with signature.taken(file, tmp_path, keys=[public]) as (_, said):
        assert said == "signed (kioskd 1.0)"


def test_a_signing_key_that_is_not_there_is_named(
    release: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSKD_SIGNING_KEY", str(tmp_path / "absent.key"))
    with pytest.raises(SystemExit, match=r"absent\.key, which is not there"):
        release._keys(tmp_path)
