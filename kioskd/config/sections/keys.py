"""``keys``: those of keypads, keyboards and remotes that the kernel reads."""

from collections.abc import Iterable
from functools import cache
from typing import ClassVar, Self

from kioskd.config.key_names import TABLE
from kioskd.config.scalars import Duration, Scalar
from kioskd.config.sections.base import Name, Section, UpToAMinute, UpToTenSeconds
from kioskd.config.sections.gpio import Action
from kioskd.words import later, tr


class KeyName(str, Scalar):
    """A key as the kernel calls it, such as ``KEY_KP1``."""

    allowed = later("a key's name such as KEY_KP1 or KEY_PLAYPAUSE; kioskd buttons shows it")

    @classmethod
    def parse(cls, text: object) -> Self:
        if isinstance(text, str) and text in key_codes():
            return cls(text)
        raise ValueError(tr("is no key's name{hint}", hint=_nearest(str(text))))

    @classmethod
    def known(cls) -> Iterable[str]:
        return key_codes()

    @property
    def code(self) -> int:
        """The number by which the kernel tells of it."""
        return key_codes()[self]


class Key(Section, frozen=True, kw_only=True):
    least_press: ClassVar[float] = 0.0  # a keypad's own chip has settled the contact
    bounce: ClassVar[float] = 0.0

    key: KeyName
    """The key; ``kioskd buttons`` shows the name of each that is pressed."""
    device: Name | None = None
    """Whose: the device's name, with * for whatever stands there; left out: any keyboard's."""
    name: str = ""
    """What status calls it."""
    press: Action | None = None
    """What a short press does."""
    hold: Action | None = None
    """What holding it down does."""
    hold_time: UpToAMinute = Duration(1)
    """How long it must be held for that."""
    double: Action | None = None
    """What two presses in a row do."""
    double_time: UpToTenSeconds = Duration(0.4)
    """How soon the second must follow."""

    def __post_init__(self) -> None:
        if self.press is None and self.hold is None and self.double is None:
            raise ValueError(tr("does nothing; give it press, hold or double"))


@cache
def key_codes() -> dict[str, int]:
    """Every key's name with its code; of two names for one code, the usual one comes first."""
    found: dict[str, int] = {}
    code = 0
    for word in TABLE.split():
        if word.isdigit():
            code = int(word)
        else:
            found[word] = code
            code += 1
    return found


@cache
def key_names() -> dict[int, str]:
    """What each code is called."""
    found: dict[int, str] = {}
    for name, code in key_codes().items():
        found.setdefault(code, name)
    return found


def _nearest(text: str) -> str:
    import difflib

    known, wanted = key_codes(), text.strip().upper()
    whole = wanted if wanted.startswith(("KEY_", "BTN_")) else f"KEY_{wanted}"
    near = [whole] if whole in known else difflib.get_close_matches(whole, known, n=1)
    return tr("; did you mean {word}?", word=near[0]) if near else ""
