"""What helpdesks write for a text, a number, a yes and a moment, read as the guide has it.

Each function raises ``ValueError`` for what it can't read; nothing is guessed.
"""

import datetime
import functools
import re
from typing import Any

import msgspec

Number = int | float
LARGEST = 2**53
"""A browser's figures are not exact beyond (ECMA-262, Number.MAX_SAFE_INTEGER)."""
_NUMBER = re.compile(r"([-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?)\s*%?", re.ASCII)
_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2},\d{3}\s*%?", re.ASCII)
_TRUTHS = dict.fromkeys(("true", "1", "yes", "sim", "si", "sí"), True)
_TRUTHS |= dict.fromkeys(("false", "0", "no", "não", "nao"), False)
# As the panel reads it (frontend/src/logic/times.ts); a careless Django writes "+00:00Z".
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)"
    r"(?:[T ](\d\d:\d\d(?::\d\d)?)(?:[.,]\d{1,9})?\s*(?:Z|[+-]\d\d(?::?\d\d)?Z?)?)?",
    re.ASCII | re.IGNORECASE,
)
_ZONE = re.compile(r"([+-]\d\d):?(\d\d)?Z?$", re.ASCII | re.IGNORECASE)
_DAY_FIRST = re.compile(
    r"(\d\d?)([/.-])(\d\d?)\2(\d{4})(?:,?\s+(\d\d?):(\d\d)(?::(\d\d))?)?", re.ASCII
)
_EPOCH = re.compile(r"\d{9,14}(?:\.\d+)?", re.ASCII)
_SECONDS, _MILLISECONDS = (1e8, 1e11), (1e11, 1e14)  # both are the years 1973 to 5138


def text(value: Any) -> str:
    """Null is empty, a number is its digits, a mail's ``=?UTF-8?Q?…?=`` (RFC 2047) is decoded."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _decoded(value) if "=?" in value else value
    if isinstance(value, bool | int | float) and abs(value) <= LARGEST:
        return msgspec.json.encode(value).decode()
    raise ValueError("not text")


def _decoded(value: str) -> str:
    from email.errors import HeaderParseError  # slow to import, and seldom needed
    from email.header import decode_header, make_header

    try:
        found = str(make_header(decode_header(value)))
        found.encode()
    except (HeaderParseError, LookupError, ValueError):  # no such charset, or broken bytes
        return value
    return found or value


def number(value: Any) -> Number | None:
    """Null is not known; ``"95,5"`` and ``"95 %"`` are numbers, ``"1,234"`` may be one of two."""
    if value is None:
        return None
    if isinstance(value, str):
        written = value.strip()
        match = _NUMBER.fullmatch(written)
        if match is None or _THOUSANDS.fullmatch(written):
            raise ValueError("not a number")
        found = float(match[1].replace(",", "."))
        value = int(found) if found.is_integer() else found
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST:
        return value
    raise ValueError("not a number")


def truth(value: Any) -> bool | None:
    """Null is not known, which is neither yes nor no."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | str):
        found = _TRUTHS.get(str(value).strip().casefold())
        if found is not None:
            return found
    raise ValueError("neither true nor false")


def moment(value: Any) -> str:
    """A date or a time in ISO 8601; empty for none. One without a zone is the kiosk's own time.

    ``25/11/2026 10:30`` has its day first, as in Portuguese and Spanish; a number is seconds or
    milliseconds since 1970.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return _moment(value.strip())
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _since_1970(value)
    raise ValueError("not a time")


def texts(value: Any) -> tuple[str, ...]:
    """A list of names; one name alone, and objects with a ``name``, are taken too."""
    if value is None:
        return ()
    items = value if isinstance(value, list | tuple) else [value]
    names = (text(each.get("name") if isinstance(each, dict) else each) for each in items)
    return tuple(name for name in names if name)


@functools.lru_cache(maxsize=4096)
def is_moment(written: str) -> bool:
    """Whether ``moment`` leaves it as it is."""
    try:
        return _moment(written) == written
    except ValueError:
        return False


def instant(written: str, zone: datetime.tzinfo) -> float | None:
    """A time as ``moment`` gives it in Unix time; None for none, or for a date alone.

    ``zone`` is that of a time which names none.
    """
    found = _ISO.fullmatch(written)
    if found is None or found[2] is None:
        return None
    try:
        zone = _zone(written[found.end(2) :].strip()) or zone
        day = datetime.date.fromisoformat(found[1])
        time = datetime.time.fromisoformat(found[2])
        return datetime.datetime.combine(day, time, zone).timestamp()
    except (ValueError, OverflowError):
        return None


def _zone(rest: str) -> datetime.tzinfo | None:
    """The zone behind a time; None for none. ``ValueError`` for one of a day and more."""
    if offset := _ZONE.search(rest):
        sign = -1 if offset[1][0] == "-" else 1
        minutes = sign * (abs(int(offset[1])) * 60 + int(offset[2] or 0))
        return datetime.timezone(datetime.timedelta(minutes=minutes))
    return datetime.UTC if rest.upper().endswith("Z") else None


@functools.lru_cache(maxsize=4096)
def _moment(written: str) -> str:
    if not written or written.startswith("0000-00-00"):  # MySQL's word for none
        return ""
    if found := _ISO.fullmatch(written):
        day = datetime.date.fromisoformat(found[1])
        if found[2]:
            datetime.time.fromisoformat(found[2])
            _zone(written[found.end(2) :].strip())
        if day.year < 1970:
            raise ValueError("before 1970")
        return written
    if found := _DAY_FIRST.fullmatch(written):
        day = datetime.date(int(found[4]), int(found[3]), int(found[1]))
        if found[5] is None:
            return day.isoformat()
        time = datetime.time(int(found[5]), int(found[6]), int(found[7] or 0))
        return datetime.datetime.combine(day, time).isoformat()
    if _EPOCH.fullmatch(written):
        return _since_1970(float(written))
    raise ValueError("not a time")


def _since_1970(value: Number) -> str:
    for (least, limit), unit in ((_SECONDS, 1), (_MILLISECONDS, 1000)):
        if least <= value < limit:
            found = datetime.datetime.fromtimestamp(value / unit, datetime.UTC)
            return found.isoformat(timespec="seconds").replace("+00:00", "Z")
    raise ValueError("not a time")
