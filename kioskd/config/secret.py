"""The one type for what may hold a secret, and how a text is shown that may have one in it.

A secret's text is never its value: who needs the value says ``reveal``. What was ever a secret of
this process is starred in every line of the log, and in every fault.
"""

import contextlib
import hmac
import logging
import math
import re
import string
import urllib.parse
from pathlib import Path

from kioskd.config.plain import one_line

STARS = "***"
LEAST_BITS = 80  # what nobody guesses, though he may try a million a second for a thousand years
LEAST_DIFFERENT = 6  # characters: a word of one letter is long and weak
SHORTEST_STARRED = 6  # characters; a shorter one would star half of every log
_CLASSES = (string.digits, string.ascii_lowercase, string.ascii_uppercase)
_HEX = (string.digits + "abcdef", string.digits + "ABCDEF")
_USER = re.compile(r"(?:(?<=//)|^)[^/?#\s@]*@")
_QUERY = re.compile(r"[?#]\S+")
# What nobody calls a folder or a host: 12 characters and more with letters and digits among them.
_RANDOM = re.compile(r"(?=[\w+=~%-]*\d)(?=[\w+=~%-]*[^\W\d_])[\w+=~%-]{12,}")
_ENDINGS = (".txt", ".token", ".key", ".pem", ".crt", ".wav", ".ogg", ".mp3", ".yaml")
_known: set[str] = set()


class Secret:
    """A token, a password, a cookie. Compares in constant time; prints as stars."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value
        remember(value)

    def reveal(self) -> str:
        """The value, for the one place that needs it."""
        return self._value

    def matches(self, given: str) -> bool:
        """Whether ``given`` is the value; takes as long for a wrong one."""
        mine, theirs = (x.encode(errors="surrogatepass") for x in (self._value, given))
        return hmac.compare_digest(mine, theirs)

    def bits(self) -> float:
        """How hard it is to guess at most: what a random one of these characters would be."""
        return strength(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.matches(other._value)

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __repr__(self) -> str:
        return STARS

    __str__ = __repr__

    def __format__(self, how: str) -> str:
        return STARS


def strength(value: str) -> float:
    """Bits of a value as if it were random: its length, times those of its kinds of characters."""
    if len(set(value)) < LEAST_DIFFERENT:
        return 0.0
    if any(set(value) <= set(digits) for digits in _HEX):
        kinds = 10 if value.isdigit() else 16
    else:
        kinds = sum(len(each) for each in _CLASSES if set(value) & set(each))
        kinds += 20 * bool(set(value) - set("".join(_CLASSES)))
    return len(value) * math.log2(kinds)


def remember(value: str) -> None:
    """Star this value from now on, wherever ``scrub`` comes by."""
    if len(value) >= SHORTEST_STARRED:
        _known.add(value)


def remember_address(address: str) -> None:
    """Star the user, the password and the query of an address from now on."""
    with contextlib.suppress(ValueError):
        parts = urllib.parse.urlsplit(address)
        for value in (parts.username, parts.password, parts.query, parts.fragment):
            remember(value or "")
        for each in parts.query.split("&"):
            remember(each.partition("=")[2])
            remember(urllib.parse.unquote_plus(each.partition("=")[2]))


def scrub(text: str) -> str:
    """``text`` with every secret of this process starred."""
    for value in _known:
        if value in text:
            text = text.replace(value, STARS)
    return text


def shown(text: str, most: int = 60) -> str:
    """A text that may hold a secret, for a message: what could be one is starred.

    A user and a password before an ``@``, a query, a fragment, and long words of letters and
    digits.
    """
    text = _QUERY.sub(lambda found: found[0][0] + STARS, _USER.sub(f"{STARS}@", scrub(text)))
    text = _RANDOM.sub(STARS, text)
    return text if len(text) <= most else text[: most - 3] + "..."


def shown_path(path: str | Path) -> str:
    """A file's name, for a message; stars where it may be the secret itself, pasted there.

    A place on this machine has a folder that exists.
    """
    text = str(path)
    try:
        place = Path(text).is_absolute() and Path(text).parent.is_dir()
    except (OSError, ValueError):
        place = False
    named = "/" in text or text.endswith(_ENDINGS)
    return scrub(text) if place else shown(text) if named else STARS


class Starred(logging.Filter):
    """Stars every secret of this process in the lines of a log, and what ends or colours a line."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = one_line(scrub(record.getMessage())), ()
        if record.exc_info:
            lines = scrub(logging.Formatter().formatException(record.exc_info)).split("\n")
            record.exc_text = "\n".join(map(one_line, lines))
        return True
