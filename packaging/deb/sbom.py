"""What a package bundles, as CycloneDX JSON: Python's wheels, the native libraries in them, and the
npm packages that are built into the panel. The same package gives the same bytes.
"""

import email
import hashlib
import json
import re
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from build import HERE, ROOT
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

BUILD_TOOLS = ("vite", "@vitejs/plugin-vue")  # of the panel; nothing of them is in it
# How a library itself says which release it is; of the others the file's name tells less.
SAYS = {
    "FLAC": rb"reference libFLAC ([\d.]+)",
    "SDL2": rb"SDL-release-([\d.]+)-",
    "bz2": rb"(\d\.\d\.\d), \d+-\w+-\d{4}",
    "dbus": rb"libdbus (\d[\d.]+)",
    "fluidsynth": rb"fluidsynth-(\d[\d.]+)/src",
    "lz4": rb"\0(1\.\d+\.\d+)\0",
    "lzma": rb"\0(5\.\d+\.\d+)\0",
    "opus": rb"libopus (\d[\d.]+)",
    "pulse": rb"\0(\d\d\.\d\.\d)\0",
    "sndfile": rb"libsndfile-(\d[\d.]+)",
    "vorbis": rb"libVorbis ([\d.]+)",
    "asound": rb"\0(1\.\d+\.\d+(?:\.\d+)?)\0",
}
_LIBRARY = re.compile(
    r"lib(?P<name>.+?)(?:-\d+)?-[0-9a-f]{8}\.(?P<before>[\d.]+\.)?so\.?(?P<after>.*)"
)


def sbom(package: Path, version: str, epoch: int) -> str:
    """The text for the package in a file; ``epoch`` is when it was made, in seconds."""
    digest = hashlib.sha256(package.read_bytes()).hexdigest()
    bom = Bom(serial_number=uuid.uuid5(uuid.NAMESPACE_OID, digest))
    bom.metadata.timestamp = datetime.fromtimestamp(epoch, UTC)
    bom.metadata.component = Component(
        name="kioskd",
        version=version,
        type=ComponentType.APPLICATION,
        bom_ref=package.name,
        purl=PackageURL("deb", None, "kioskd", version),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)],
    )
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["dpkg-deb", "-x", package, folder], check=True)
        found = {str(each.bom_ref): each for each in _python(Path(folder, "usr/lib/kioskd"))}
    found |= {str(each.bom_ref): each for each in _npm()}
    bom.components.update(found.values())
    bom.register_dependency(bom.metadata.component, found.values())
    text = JsonV1Dot6(bom).output_as_string(indent=1)
    if wrong := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        raise SystemExit(f"the list of {package.name} is no CycloneDX: {wrong}")
    return text + "\n"


def _python(home: Path) -> Iterator[Component]:
    for file in home.glob("python*/*.dist-info/METADATA"):
        about = email.message_from_string(file.read_text())
        if about["Name"] != "kioskd":
            licence = about["License-Expression"] or about["License"] or ""
            yield _component("pypi", about["Name"].lower(), about["Version"], licence)
    pinned = re.search(r"^lgpio==(\S+)", (HERE / "lgpio.txt").read_text(), re.MULTILINE)
    assert pinned is not None
    yield _component("pypi", "lgpio", pinned[1], "Unlicense")
    for file in sorted(home.glob("python*/*.libs/*")):
        yield _library(file)


def _library(file: Path) -> Component:
    """One that a wheel brings along: in a folder such as pygame.libs, with a hash in its name."""
    parts = _LIBRARY.fullmatch(file.name)
    assert parts is not None, file.name
    content = file.read_bytes()
    said = re.search(SAYS.get(parts["name"], rb"(?!)"), content)
    version = said[1].decode() if said else parts["after"] or parts["before"].strip(".")
    component = _component("generic", f"lib{parts['name']}", version, "")
    component.type = ComponentType.LIBRARY
    digest = hashlib.sha256(content).hexdigest()
    component.bom_ref.value = f"{component.purl}#{digest[:12]}"
    component.hashes.add(HashType(alg=HashAlgorithm.SHA_256, content=digest))
    whence = "the library itself" if said else "the file's name, which is its interface's"
    for name, value in (("file", f"{file.parent.name}/{file.name}"), ("version from", whence)):
        component.properties.add(Property(name=f"kioskd:{name}", value=value))
    return component


def _npm() -> Iterator[Component]:
    """What `dependencies` of the panel lead to, without what only builds it."""
    lock = json.loads((ROOT / "frontend/package-lock.json").read_text())["packages"]
    left = [name for name in lock[""]["dependencies"] if name not in BUILD_TOOLS]
    seen: set[str] = set()
    while left:
        name = left.pop()
        if name in seen:
            continue
        seen.add(name)
        about = lock[f"node_modules/{name}"]
        left += about.get("dependencies", ())
        yield _component("npm", name, about["version"], about.get("license", ""))


def _component(kind: str, name: str, version: str, licence: str) -> Component:
    space, _, short = name.rpartition("/")
    purl = PackageURL(kind, space or None, short, version)
    return Component(
        name=name,
        version=version,
        type=ComponentType.LIBRARY,
        bom_ref=str(purl),
        purl=purl,
        licenses=[DisjunctiveLicense(name=licence.splitlines()[0])] if licence else [],
    )
