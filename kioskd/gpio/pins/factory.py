"""Opens gpiozero's way to the pins, and says in one line what is wrong when that fails."""

import importlib
import logging
import os
from pathlib import Path
from typing import Any

from msgspec import Struct

from kioskd.core.codes import LineCode
from kioskd.words import tr

log = logging.getLogger(__name__)
FACTORIES = {
    "lgpio": "LGPIOFactory",
    "rpigpio": "RPiGPIOFactory",
    "pigpio": "PiGPIOFactory",
    "native": "NativeFactory",
    "mock": "MockFactory",
}
PACKAGES = {"lgpio": "lgpio", "rpigpio": "RPi.GPIO", "pigpio": "pigpio"}


class Fault(Struct, frozen=True):
    """Why a part doesn't work; ``passing`` when it is worth trying again."""

    why: str
    passing: bool = True
    code: LineCode = "other"


def open_factory(name: str) -> Any:
    """The pin factory called ``name`` in the configuration; raises whatever its driver raises."""
    # lgpio makes a FIFO in LG_WD when it is imported, and moves the whole process there.
    os.environ["LG_WD"] = _folder_for_lgpio()
    here = Path.cwd()
    try:
        module = importlib.import_module(f"gpiozero.pins.{name}")
    finally:
        os.chdir(here)
    return getattr(module, FACTORIES[name])()


def _folder_for_lgpio() -> str:
    """A folder that can be written; on a read-only system only those in memory can."""
    candidates = (
        os.environ.get("LG_WD", ""),
        os.environ.get("RUNTIME_DIRECTORY", "").split(":")[0],
        os.environ.get("TMPDIR", "/tmp"),
        "/dev/shm",
    )
    given = [str(Path(each).absolute()) for each in candidates if each]
    return next((each for each in given if os.access(each, os.W_OK | os.X_OK)), given[0])


def shield(factory: Any) -> None:
    """Keep every edge of ``factory``'s pins from raising in the driver's thread.

    An edge that comes while its line is closed raises inside gpiozero, and ends that thread for
    good: no button of the process would work again.
    """
    kind = factory.pin_class
    if getattr(kind, "shielded", False):
        return

    def call(pin: Any, *args: Any) -> None:
        try:
            kind._call_when_changed(pin, *args)
        except Exception as error:
            log.debug("an edge of %r was lost while the line closed: %r", pin, error)

    named = {"_call_when_changed": call, "shielded": True}
    factory.pin_class = type(kind.__name__, (kind,), named)


def explain_factory(name: str, error: Exception) -> Fault:
    """The fault of a factory that could not be opened."""
    said = one_line(error)
    if isinstance(error, ImportError):
        package = PACKAGES.get(name, name)
        return Fault(
            tr(
                "the package {package} can't be used ({said}); install it",
                package=package,
                said=said,
            ),
            False,
            "package",
        )
    if type(error).__name__ == "PinUnknownPi" or "only be run on a Raspberry Pi" in said:
        return Fault(
            tr("this machine is no Raspberry Pi ({said}); buttons need one", said=said),
            False,
            "no_pi",
        )
    if _no_access():
        return Fault(
            tr(
                "no access to /dev/gpiochip* ({said}): the daemon's user must be in the group gpio",
                said=said,
            ),
            code="no_access",
        )
    if "lgd-nfy" in said:
        folder = os.environ.get("LG_WD", ".")
        said = tr(
            "lgpio can't make its FIFO in {folder}: that folder must be writable", folder=folder
        )
        return Fault(said, code="folder")
    return Fault(said)


def explain_line(error: Exception) -> Fault:
    """The fault of one line that could not be claimed, or that failed later."""
    exceptions = importlib.import_module("gpiozero.exc")
    said = one_line(error)
    if isinstance(error, exceptions.GPIOPinInUse) or "busy" in said.lower():
        return Fault(
            tr("another program or part uses this line ({said}); stop that one", said=said),
            code="busy",
        )
    lasting = (exceptions.PinError, ValueError, TypeError, NotImplementedError)
    if isinstance(error, lasting):
        return Fault(tr("{said}; use another pin or other settings", said=said), False, "settings")
    return Fault(said)


def one_line(error: Exception) -> str:
    said = " ".join(str(error).split())
    if said[:1] == said[-1:] == "'":  # so lgpio's errors are
        said = said[1:-1]
    return said or type(error).__name__


def _no_access() -> bool:
    chips = list(Path("/dev").glob("gpiochip*"))
    return bool(chips) and not any(os.access(chip, os.R_OK | os.W_OK) for chip in chips)
