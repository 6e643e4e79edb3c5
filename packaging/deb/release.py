"""Makes dist/kioskd-VERSION/: both packages, their lists, checksums and signatures.

``release.py [--again] [--image]``. KIOSKD_SIGNING_KEY names the secret key of minisign that signs,
whose public half the packages bring along. ``--again`` builds all of it once more and compares the
bytes: the packages from a clone in another folder, the image from the same Debian, which is kept.
``--image`` makes the card's image as well, as root.
"""

import argparse
import filecmp
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from build import ARCHITECTURES, ROOT, committed
from sbom import sbom

TEST_KEY = """
*** Signed with a key that was made just now and is thrown away: good for a test and nothing else.
*** For a release: minisign -G, then make release KIOSKD_SIGNING_KEY=~/.minisign/minisign.key
"""


def main() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--again", action="store_true", help="build twice and compare")
    parser.add_argument("--image", action="store_true", help="the card's image too; needs root")
    arguments = parser.parse_args()
    os.environ["SOURCE_DATE_EPOCH"] = epoch = os.environ.get("SOURCE_DATE_EPOCH") or committed()
    target = ROOT / "dist" / f"kioskd-{version}"
    shutil.rmtree(target, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="kioskd-release-") as folder:
        secret, public = _keys(Path(folder))
        built = _packages(ROOT, version, public)
        if arguments.again:
            _compare(built, _packages(_clone(Path(folder, "elsewhere")), version, public))
        target.mkdir(parents=True)
        shutil.copyfile(public, target / "release.pub")
        for package in built:
            shutil.copyfile(package, target / package.name)
            text = sbom(package, version, int(epoch))
            (target / f"{package.stem}.cdx.json").write_text(text)
        if arguments.image:
            image = target / f"kioskd-{version}-arm64.img.xz"
            image.write_bytes(_image(image.name).read_bytes())
            if arguments.again:
                _same(image, _image(image.name), "the same bytes from a second build")
        _sign(target, version, secret)
    print(
        f"{target.relative_to(ROOT)}:", *sorted(path.name for path in target.iterdir()), sep="\n  "
    )
    if "KIOSKD_SIGNING_KEY" not in os.environ:
        print(TEST_KEY, file=sys.stderr)


def _run(*command: str, cwd: Path = ROOT, **more: str) -> None:
    done = subprocess.run(command, cwd=cwd, env=os.environ | more)
    if done.returncode:
        raise SystemExit(f"make release: `{' '.join(command[:3])} ...` failed, see above")


def _keys(folder: Path) -> tuple[Path, Path]:
    """The secret key, and its public half; one of our own where none is given."""
    given, public = os.environ.get("KIOSKD_SIGNING_KEY"), folder / "release.pub"
    if given is None:
        secret = folder / "test.key"
        _run("minisign", "-G", "-W", "-p", str(public), "-s", str(secret))
        return secret, public
    secret = Path(given).expanduser().absolute()
    if not secret.is_file():
        raise SystemExit(f"make release: KIOSKD_SIGNING_KEY names {secret}, which is not there")
    _run("minisign", "-R", "-p", str(public), "-s", str(secret))
    return secret, public


def _packages(root: Path, version: str, public: Path) -> list[Path]:
    script = root / "packaging/deb/build.py"
    _run(sys.executable, str(script), "--key", str(public), cwd=root, PYTHONPATH=str(root))
    return [root / "dist" / f"kioskd_{version}_{each}.deb" for each in ARCHITECTURES]


def _image(name: str) -> Path:
    _run(sys.executable, str(ROOT / "packaging/image/build.py"))
    return ROOT / "dist" / name


def _clone(place: Path) -> Path:
    """What is committed, in another folder, with a panel of its own."""
    if subprocess.run(["git", "diff", "--quiet", "HEAD"], cwd=ROOT).returncode:
        raise SystemExit("make release: --again compares with what is committed; commit first")
    _run("git", "clone", "--quiet", str(ROOT), str(place))
    (place / "frontend/node_modules").symlink_to(ROOT / "frontend/node_modules")
    tools = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    _run("npm", "run", "--silent", "build", cwd=place / "frontend", PATH=tools)
    return place


def _compare(built: list[Path], again: list[Path]) -> None:
    for one, other in zip(built, again, strict=True):
        _same(one, other, "the same bytes from another folder")


def _same(one: Path, other: Path, said: str) -> None:
    if not filecmp.cmp(one, other, shallow=False):
        raise SystemExit(f"make release: {one.name} came out otherwise in {other.parent}")
    print(f"  {one.name}: {said}, sha256 {hashlib.sha256(one.read_bytes()).hexdigest()}")


def _sign(target: Path, version: str, secret: Path) -> None:
    """SHA256SUMS of all files; and a signature for it and for each that is installed."""
    files = sorted(path for path in target.iterdir() if path.name != "release.pub")
    sums = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (target / "SHA256SUMS").write_text("".join(sums))
    signed = [file for file in files if file.suffix in (".deb", ".xz")]
    names = [str(file) for file in (*signed, target / "SHA256SUMS")]
    _run("minisign", "-S", "-s", str(secret), "-t", f"kioskd {version}", "-m", *names)


if __name__ == "__main__":
    main()
