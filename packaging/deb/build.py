"""Builds dist/kioskd_VERSION_ARCH.deb: `build.py [--version V] [--key FILE] [--quick] [ARCH ...]`.

One package serves Debian 12 and 13: the dependencies of requirements.txt and kioskd itself are
bundled under /usr/lib/kioskd, one folder for each CPython, and the system's python3 runs them.
"""

import argparse
import gzip
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
from pathlib import Path

import command_line
import manual

from kioskd.cli.main import command_parser
from kioskd.words import ENGLISH, languages, speak

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PYTHONS = ("3.11", "3.13")  # Debian 12 and 13
ARCHITECTURES = {"amd64": "x86_64", "arm64": "aarch64"}
DEBIAN_12 = "1686355200"  # 10 June 2023
NEWEST_GLIBC = 36  # Debian 12 has 2.36
COMPILERS = {"amd64": "x86_64-linux-gnu-gcc", "arm64": "aarch64-linux-gnu-gcc"}
# Half of what the wheels weigh, and what draws letters and reads pictures: kioskd does neither.
UNUSED = (
    *("pygame/docs", "pygame/examples", "pygame/tests", "bin"),
    *(f"pygame/{name}.*.so" for name in ("imageext", "font", "_freetype", "pypm")),
    *(f"pygame.libs/lib{name}-*" for name in ("SDL2_image-2", "SDL2_ttf-2", "brotli*", "freetype")),
    *(f"pygame.libs/lib{name}-*" for name in ("harfbuzz", "jpeg", "png16", "portmidi", "sharpyuv")),
    *(f"pygame.libs/lib{name}-*" for name in ("tiff", "webp")),
)
# What pip writes down for itself: when, from which folder, made by which release of a tool.
BOOKKEEPING = ("RECORD", "INSTALLER", "REQUESTED", "WHEEL", "direct_url.json")
UNITS = "usr/lib/systemd/system"
FILES = (  # what is copied as it is: from, to, mode
    ("packaging/deb/kioskd", "usr/bin/kioskd", 0o755),
    ("packaging/deb/sysusers.conf", "usr/lib/sysusers.d/kioskd.conf", 0o644),
    ("packaging/deb/tmpfiles.conf", "usr/lib/tmpfiles.d/kioskd.conf", 0o644),
    ("packaging/deb/udev.rules", "usr/lib/udev/rules.d/60-kioskd.rules", 0o644),
    ("config/kioskd.yaml", "etc/kioskd/kioskd.yaml", 0o644),
    ("systemd/kioskd.service", f"{UNITS}/kioskd.service", 0o644),
    ("systemd/kioskd-browser.service", f"{UNITS}/kioskd-browser.service", 0o644),
    ("systemd/kioskd-fleet-update.path", f"{UNITS}/kioskd-fleet-update.path", 0o644),
    ("systemd/kioskd-fleet-update.service", f"{UNITS}/kioskd-fleet-update.service", 0o644),
    ("systemd/system-slice.conf", f"{UNITS}/system.slice.d/kioskd.conf", 0o644),
    ("systemd/notify-reload.conf", "usr/lib/kioskd/notify-reload.conf", 0o644),
    ("systemd/input-devices", "usr/lib/kioskd/input-devices", 0o755),
    ("systemd/tokens.conf", "usr/share/doc/kioskd/examples/tokens.conf", 0o644),
    ("config/mosquitto/kioskd.conf", "usr/share/doc/kioskd/mosquitto/kioskd.conf", 0o644),
    ("config/mosquitto/acl", "usr/share/doc/kioskd/mosquitto/acl", 0o644),
    ("packaging/deb/kioskd-recover.service", f"{UNITS}/kioskd-recover.service", 0o644),
    ("config/kioskd.yaml", "usr/lib/kioskd/kioskd.yaml", 0o644),  # as it was before any edit
    ("LICENSE", "usr/share/doc/kioskd/copyright", 0o644),
)
# lgpio.i still speaks Python 2's names, which SWIG no longer translates.
NAMES = {
    "PyInt_AsLong": "PyLong_AsLong",
    "PyInt_Check": "PyLong_Check",
    "PyInt_FromLong": "PyLong_FromLong",
    "PyString_FromString": "PyUnicode_FromString",
}


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", default=project["version"])
    parser.add_argument("--quick", action="store_true", help="pack less, for a test")
    parser.add_argument("--key", type=Path, help="of minisign, that `kioskd update` shall trust")
    parser.add_argument("architectures", nargs="*", metavar="ARCH", default=list(ARCHITECTURES))
    arguments = parser.parse_args()
    os.umask(0o022)
    os.environ.setdefault("SOURCE_DATE_EPOCH", committed())  # the same tree, the same package
    with tempfile.TemporaryDirectory(prefix="kioskd-deb-") as folder:
        work = Path(folder)
        wheel = _wheel(work, arguments.version)
        lgpio = _lgpio(work)
        for architecture in arguments.architectures:
            tree = work / architecture
            _bundle(tree, architecture, wheel, lgpio)
            _place_files(tree, arguments.version)
            if arguments.key is not None:
                _place(arguments.key, tree / "usr/lib/kioskd/release.pub", 0o644)
            _control(tree, architecture, arguments.version)
            file = ROOT / "dist" / f"kioskd_{arguments.version}_{architecture}.deb"
            file.parent.mkdir(exist_ok=True)
            print(f"  {architecture}: packing", flush=True)
            packing = ("-Zgzip", "-z1") if arguments.quick else ("-Zxz",)
            _run("dpkg-deb", "--root-owner-group", *packing, "--build", tree, f"{file}.part")
            os.replace(f"{file}.part", file)  # whole or not there
            print(file.relative_to(ROOT))


def committed() -> str:
    """When the last commit was made, in seconds; outside of a repository that of Debian 12."""
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError:
        return DEBIAN_12
    return done.stdout.strip() or DEBIAN_12


def platforms(python: str, architecture: str) -> list[str]:
    """pip's options for the wheels of a CPython on Debian 12 or newer."""
    machine = ARCHITECTURES[architecture]
    tags = [f"manylinux_2_{minor}_{machine}" for minor in range(NEWEST_GLIBC, 16, -1)]
    tags.append(f"manylinux2014_{machine}")
    versions = ["--implementation=cp", f"--python-version={python}"]
    return versions + [f"--platform={tag}" for tag in tags]


def _run(*command: str | Path, cwd: Path = ROOT) -> None:
    done = subprocess.run(command, cwd=cwd, stdout=subprocess.DEVNULL)
    if done.returncode:
        raise SystemExit(f"make deb: `{' '.join(map(str, command[:5]))} ...` failed, see above")


def _pip(*arguments: str | Path) -> None:
    _run(sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments)


def _wheel(work: Path, version: str) -> Path:
    """kioskd itself, from a copy: setuptools leaves its build folder where it works."""
    source = work / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy2(ROOT / name, source)
    ignore = shutil.ignore_patterns("__pycache__")
    for folder in ("kioskd", "sounds"):
        shutil.copytree(ROOT / folder, source / folder, ignore=ignore)
    own = source / "kioskd/__init__.py"
    own.write_text(re.sub("(?m)^__version__ = .*", f'__version__ = "{version}"', own.read_text()))
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", work, source)
    return next(work.glob("kioskd-*.whl"))


def _lgpio(work: Path) -> Path:
    """lgpio's source, unpacked and wrapped. PyPI has no wheels of it for every Python."""
    pinned = HERE / "lgpio.txt"
    options = ("--no-deps", "--no-binary=:all:", "--require-hashes", "--dest", work)
    _pip("download", *options, "-r", pinned)
    _run("tar", "--extract", "--file", next(work.glob("lgpio-*.tar.gz")), cwd=work)
    source = next(path for path in work.glob("lgpio-*") if path.is_dir())
    swig = Path(sys.executable).with_name("swig")  # Debian 12's is too old for the stable ABI
    _run(swig, "-python", "-o", "lgpio_wrap.c", "lgpio.i", cwd=source)
    return source


def _pyconfig() -> Path:
    """The pyconfig.h of the Python that runs this, with its definitions in it.

    Debian's own Python names a file that only includes the one of the machine's architecture.
    """
    named = Path(sysconfig.get_config_h_filename())
    triplet = sysconfig.get_config_var("MULTIARCH") or ""
    real = named.parent.parent / triplet / named.parent.name / named.name
    return real if real.is_file() else named


def _compile(source: Path, architecture: str, target: Path) -> None:
    """One module of the stable ABI, which every CPython from 3.11 on can load."""
    # The headers ask for the target's own pyconfig.h; both machines are LP64, and no more of it
    # matters to the stable ABI, so the one at hand does.
    own = source / f"include/{ARCHITECTURES[architecture]}-linux-gnu"
    own = own / Path(sysconfig.get_path("include")).name
    own.mkdir(parents=True, exist_ok=True)
    shutil.copy(_pyconfig(), own)
    defines = [f"-D{old}={new}" for old, new in NAMES.items()]
    defines += ["-DPy_LIMITED_API=0x030b0000", "-Werror=implicit-function-declaration", "-w"]
    folders = ["-Iinclude", "-Isrc", f"-I{sysconfig.get_path('include')}"]
    sources = ["lgpio_wrap.c", *(str(path) for path in sorted((source / "src").glob("lg*.c")))]
    _run(
        *(COMPILERS[architecture], "-shared", "-fPIC", "-O2", "-s", "-pthread"),
        *(*defines, *folders, *sources, "src/rgpiod.c", "-lrt", "-ldl"),
        *("-o", target),
        cwd=source,
    )


def _bundle(tree: Path, architecture: str, wheel: Path, lgpio: Path) -> None:
    module = lgpio / f"_lgpio.{architecture}.so"
    _compile(lgpio, architecture, module)
    for python in PYTHONS:
        print(f"  {architecture}: what Python {python} needs", flush=True)
        target = tree / f"usr/lib/kioskd/python{python}"
        options = ("--no-deps", "--no-compile", "--target", target)
        # sdnotify is source only, and pip 23 warns of its own way to build that.
        hashed = (
            "--use-pep517",
            "--no-build-isolation",
            "--require-hashes",
            "-r",
            HERE / "requirements.txt",
        )
        _pip("install", *platforms(python, architecture), *options, *hashed)
        shutil.rmtree(target / "bin")
        _pip("install", *options, wheel)
        for name in BOOKKEEPING:
            for file in target.glob(f"*.dist-info/{name}"):
                file.unlink()
        shutil.copyfile(module, target / "_lgpio.abi3.so")
        shutil.copyfile(lgpio / "lgpio.py", target / "lgpio.py")
        for unused in (path for pattern in UNUSED for path in target.glob(pattern)):
            if unused.is_dir():
                shutil.rmtree(unused)
            else:
                unused.unlink()


def _place(source: Path, place: Path, mode: int) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, place)
    place.chmod(mode)


def _place_files(tree: Path, version: str) -> None:
    for source, target, mode in FILES:
        _place(ROOT / source, tree / target, mode)
    parser = command_parser()
    texts = {"usr/share/doc/kioskd/changelog.gz": (ROOT / "CHANGELOG.md").read_text()}
    for language in languages():
        folder = "" if language == ENGLISH else f"{language.replace('-', '_')}/"
        speak(language)
        texts[f"usr/share/man/{folder}man1/kioskd.1.gz"] = manual.page(parser, version)
    speak(ENGLISH)
    for target, text in texts.items():
        place = tree / target
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(gzip.compress(text.encode(), mtime=0))
    script = tree / "usr/share/bash-completion/completions/kioskd"
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text(command_line.completion(parser))
    # Always wanted, whatever is enabled: an update that was cut off is undone at the next start.
    wants = tree / UNITS / "multi-user.target.wants"
    wants.mkdir()
    (wants / "kioskd-recover.service").symlink_to("../kioskd-recover.service")


def _control(tree: Path, architecture: str, version: str) -> None:
    folder = tree / "DEBIAN"
    folder.mkdir()
    size = sum(path.lstat().st_size for path in tree.rglob("*") if path.is_file()) // 1024
    control = (HERE / "control").read_text()
    for name, value in (("VERSION", version), ("ARCH", architecture), ("SIZE", str(size))):
        control = control.replace(f"@{name}@", value)
    (folder / "control").write_text(control)
    (folder / "conffiles").write_text("/etc/kioskd/kioskd.yaml\n")
    (folder / "triggers").write_text("interest-noawait /usr/bin/python3\n")
    for name in ("postinst", "prerm", "postrm"):
        shutil.copyfile(HERE / name, folder / name)
        (folder / name).chmod(0o755)


if __name__ == "__main__":
    main()
