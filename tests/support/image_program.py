"""The image's own programs, which no package holds, as modules."""

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

IMAGE = Path(__file__).parents[2] / "packaging/image"
PROGRAMS = IMAGE / "root/usr/lib/kioskd-image"


def load(name: str) -> ModuleType:
    """``settings``, ``splash`` or ``wifi``."""
    spec = importlib.util.spec_from_file_location(f"image_{name}", PROGRAMS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


def step(name: str) -> ModuleType:
    """A step that makes the image, such as ``base``: they name each other without a package."""
    sys.path.insert(0, str(IMAGE))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(IMAGE))
