"""GLPI's texts and times as people read them: encoded once at most, and in the server's zone."""

import datetime
import re
from html.parser import HTMLParser

LONGEST = 300  # characters of a description: a wall shows a line of it
_ENCODED = {
    # What each version stores instead of the character; recorded of 10.0.19, read in the source
    # of 9.5 and 11.
    9: re.compile("&(lt|gt);"),
    10: re.compile("&#(60|62|38);"),
}
_OLD = {10: 9}  # what an upgrade left as the version before had stored it
_PLAIN = re.compile("[<>]")  # never in what was stored encoded
_CHARACTERS = {"lt": "<", "gt": ">", "60": "<", "62": ">", "38": "&"}
_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)")
_BLANKS = re.compile(r"\s+")


def typed(value: object, version: int) -> str:
    """A name or title as somebody typed it; ``version`` is GLPI's major one.

    GLPI 9 and 10 store some characters encoded, once, and 10 keeps what 9 had stored (as
    ``decodeHtmlSpecialChars`` of its src/Toolbox/Sanitizer.php does); 11 stores what was typed, so
    that a title which holds ``&#60;`` there is meant so.
    """
    if not isinstance(value, str):
        return "" if value is None else str(value)
    encoded = _ENCODED.get(version)
    if encoded and version in _OLD and not encoded.search(value) and not _PLAIN.search(value):
        encoded = _ENCODED[_OLD[version]]
    return encoded.sub(lambda found: _CHARACTERS[found[1]], value) if encoded else value


def last_part(path: object, version: int) -> str:
    """The last name of a breadcrumb such as ``Entidade raiz > Campus Norte``, as it was typed.

    A name may hold `` > `` itself, which up to GLPI 10 is encoded in it.
    """
    return typed(path.rpartition(" > ")[2] if isinstance(path, str) else path, version)


class _Words(HTMLParser):
    """The words of a page, without its tags, scripts and styles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.found.append(" ")
        self._hidden += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self.found.append(" ")
        self._hidden = max(0, self._hidden - (tag in ("script", "style")))

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(data)


def described(content: object, version: int) -> str:
    """The words of a ticket's description, in one line of at most ``LONGEST`` characters."""
    text = typed(content, version)
    if "<" in text or "&" in text:
        words = _Words()
        words.feed(text[: LONGEST * 20])
        words.close()
        text = "".join(words.found)
    text = _BLANKS.sub(" ", text).strip()
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def local(text: object) -> datetime.datetime | None:
    """A time as GLPI writes it, without a zone; None for none, and for ``0000-00-00``."""
    found = _TIME.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    try:
        year, month, day, hour, minute, second = map(int, found.groups())
        return datetime.datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None


def instant(text: object, zone: datetime.tzinfo) -> datetime.datetime | None:
    """The moment that ``text`` names in ``zone``."""
    found = local(text)
    return None if found is None else found.replace(tzinfo=zone)


def stamp(moment: datetime.datetime | None) -> str:
    """A moment as the panels read it, in UTC with ``Z``; empty for none."""
    if moment is None:
        return ""
    return moment.astimezone(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def earliest(moment: datetime.datetime, now: datetime.datetime) -> str:
    """``moment`` as GLPI takes it, never later than GLPI wrote it: both in GLPI's zone.

    When clocks are put back, an hour is written twice: what happens in the second one is asked
    for by its own offset.
    """
    then, offset = moment.utcoffset(), now.utcoffset()
    back = then - offset if then and offset and offset < then else datetime.timedelta()
    return written(moment - back)


def written(moment: datetime.datetime) -> str:
    """A local time as GLPI takes it."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")
