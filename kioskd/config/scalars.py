"""The small value types of the configuration: durations, times of day, time zones, byte sizes.

Each parses the text a person typed, explains what it takes (``allowed``), and prints itself back.
"""

import datetime
import re
import zoneinfo
from collections.abc import Iterable
from typing import Any, ClassVar, Self

import msgspec

from kioskd.words import later, tr

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)\s*(ms|s|m|h|d)")
_MOST_DIGITS = {"ms": 6, "s": 6, "m": 6, "h": 4, "d": 3}
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])|24:00")
_SIZE = re.compile(r"([1-9][0-9]{0,8})\s*(B|kB|MB|GB)")
_SIZES = {"B": 1, "kB": 1000, "MB": 1000**2, "GB": 1000**3}


class Scalar:
    """A value that is written as text in YAML and JSON."""

    allowed: ClassVar[str]
    pattern: ClassVar[str | None] = None

    @classmethod
    def parse(cls, text: object) -> Self:
        """The value that ``text`` names; ``ValueError`` says what is wrong with it."""
        raise NotImplementedError

    @classmethod
    def known(cls) -> Iterable[str]:
        """Every value that there is; empty where they are too many."""
        return ()


class Duration(float, Scalar):
    """Seconds, written ``30s``, ``5m``, ``1.5h``, ``250ms``, ``2d`` or ``0``; up to 999 days."""

    allowed = later("a time with its unit, such as 250ms, 30s, 5m, 2h or 1d")
    pattern = (
        r"^(0|[0-9]{1,6}(\.[0-9]{1,3})? ?(ms|s|m)"
        r"|[0-9]{1,4}(\.[0-9]{1,3})? ?h|[0-9]{1,3}(\.[0-9]{1,3})? ?d)$"
    )

    @classmethod
    def parse(cls, text: object) -> Self:
        if (text == 0 and text is not False) or text == "0":
            return cls(0)
        if isinstance(text, int | float) and not isinstance(text, bool):
            raise ValueError(
                tr("{text:g} has no unit; write {text:g}ms, {text:g}s or {text:g}m", text=text)
            )
        match = _DURATION.fullmatch(text.strip()) if isinstance(text, str) else None
        if match is None:
            raise ValueError(tr("is not a time span"))
        if len(match[1].partition(".")[0]) > _MOST_DIGITS[match[2]]:
            raise ValueError(tr("is longer than 999 days"))
        return cls(round(float(match[1]) * _UNITS[match[2]], 6))

    def __str__(self) -> str:
        """The shortest way to write it that reads back as the same."""
        if not self:
            return "0s"
        whole = [(unit, 0) for unit in ("d", "h", "m", "s")]
        parts = [("s" if self >= 1 else "ms", 3), ("ms", 3), ("h", 3), ("d", 3), ("m", 3)]
        for unit, digits in whole + parts:
            text = f"{float(self) / _UNITS[unit]:.{digits}f}"
            text = (text.rstrip("0").rstrip(".") if digits else text) + unit
            if re.fullmatch(self.pattern, text) and Duration.parse(text) == self:
                return text
        return f"{float(self):g}s"


def at_most(text: str) -> msgspec.Meta:
    """The longest time that a key may have, for ``Annotated``; ``too_long`` reads it."""
    return msgspec.Meta(extra={"longest": Duration.parse(text)})


def too_long(value: Duration, meta: msgspec.Meta) -> str | None:
    """What is wrong with a time that is out of all measure for its key; None: it is not."""
    longest = (meta.extra or {}).get("longest")
    if longest is None or value <= longest:
        return None
    meant = Duration(value / 60 / 1000)  # who writes m for a button's bounce means ms
    hint = (
        tr("; did you mean {word}?", word=meant)
        if value < 3600 and value % 60 == 0 and 0.001 <= meant <= longest
        else ""
    )
    return tr(
        "{value} is too long here, up to {longest} are allowed{hint}",
        value=value,
        longest=longest,
        hint=hint,
    )


class TimeOfDay(datetime.time, Scalar):
    """A wall-clock time, written ``22:30``; ``24:00`` is the day's end, and equals ``00:00``."""

    allowed = later("a time of day such as 22:30")
    pattern = r"^(([01]?[0-9]|2[0-3]):[0-5][0-9]|24:00)$"

    @classmethod
    def parse(cls, text: object) -> Self:
        match = _TIME.fullmatch(text.strip()) if isinstance(text, str) else None
        if match is None:
            raise ValueError(tr("is not a time of day"))
        return cls(int(match[1] or 0), int(match[2] or 0))

    def __str__(self) -> str:
        return f"{self.hour:02}:{self.minute:02}"


class DateTime(str, Scalar):
    """A date with a time of day, written ``2026-11-30 18:00``, in the kiosk's time zone."""

    allowed = later("a date and time such as 2026-11-30 18:00")
    pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}$"

    @classmethod
    def parse(cls, text: object) -> Self:
        if not isinstance(text, str) or not re.fullmatch(cls.pattern or "", text.strip()):
            raise ValueError(tr("is not a date with a time of day"))
        try:
            return cls(datetime.datetime.fromisoformat(text.strip()).isoformat(" ", "minutes"))
        except ValueError:
            raise ValueError(tr("is not a day of the calendar")) from None

    def at(self, zone: datetime.tzinfo) -> float:
        """In seconds since 1970."""
        return datetime.datetime.fromisoformat(self).replace(tzinfo=zone).timestamp()


class TimeZone(str, Scalar):
    """A name from the IANA time zone database, such as ``America/Sao_Paulo``."""

    allowed = later("a time zone such as America/Sao_Paulo or UTC")

    @classmethod
    def parse(cls, text: object) -> Self:
        try:
            zoneinfo.ZoneInfo(str(text))
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(
                tr("is not a time zone{hint}", hint=_nearest_zone(str(text)))
            ) from None
        return cls(text)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self)


class ByteSize(int, Scalar):
    """A number of bytes, written ``4MB``, ``64kB``; never 0, which would mean no limit at all."""

    allowed = later("a size such as 64kB or 4MB")
    pattern = r"^[1-9][0-9]{0,8} ?(B|kB|MB|GB)$"

    @classmethod
    def parse(cls, text: object) -> Self:
        match = _SIZE.fullmatch(text.strip()) if isinstance(text, str) else None
        if match is None:
            raise ValueError(tr("is not a size above 0 with its unit"))
        return cls(int(match[1]) * _SIZES[match[2]])

    def __str__(self) -> str:
        for unit in ("GB", "MB", "kB"):
            if self and self % _SIZES[unit] == 0:
                return f"{int(self) // _SIZES[unit]}{unit}"
        return f"{int(self)}B"


def decode(kind: type, value: Any) -> Any:
    """msgspec's hook for types it doesn't know: the scalars above."""
    if issubclass(kind, Scalar):
        return kind.parse(value)
    raise NotImplementedError(kind)


def encode(value: Any) -> Any:
    """msgspec's hook the other way: a scalar as the text a person would type."""
    if isinstance(value, Scalar):
        return str(value)
    raise NotImplementedError(type(value))


def schema(kind: type) -> dict[str, Any]:
    """msgspec's hook for the JSON Schema of a scalar."""
    if not issubclass(kind, Scalar):
        raise NotImplementedError(kind)
    found: dict[str, Any] = {"type": "string", "description": kind.allowed}
    if kind.pattern:
        found["pattern"] = kind.pattern
    if known := list(kind.known()):
        found["enum"] = known
    if issubclass(kind, Duration):  # the number 0 needs no unit
        found |= {"type": ["string", "integer"], "minimum": 0, "maximum": 0}
    return found


def _nearest_zone(text: str) -> str:
    import difflib

    names = {name.lower(): name for name in zoneinfo.available_timezones()}
    wanted = text.lower().replace(" ", "_")
    ends = [name for name in names if name.rpartition("/")[2] == wanted.rpartition("/")[2]]
    near = ends or difflib.get_close_matches(wanted, names, n=1)
    return tr("; did you mean {word}?", word=names[near[0]]) if near else ""
