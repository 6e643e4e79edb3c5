"""Where in a webhook's payload each field is, in JMESPath (https://jmespath.org). Owns jmespath.

An expression selects and compares; it has no loops and reaches nothing but the payload.
"""

import functools
from collections.abc import Iterator
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions
from jmespath.parser import ParsedResult

from kioskd.words import later, tr


def wrong(text: str) -> str | None:
    """Why ``text`` is no expression, in one line; None: it is one."""
    try:
        parsed = _compiled(text).parsed
    except JMESPathError as error:
        return " ".join(str(error).split())
    except RecursionError:
        return tr("it is nested too deep")
    return next(filter(None, (_misused(name, given) for name, given in _calls(parsed))), None)


def _calls(node: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """The functions that are called, and with how many arguments."""
    if node["type"] == "function_expression":
        yield node["value"], len(node["children"])
    for child in node["children"]:
        if isinstance(child, dict):
            yield from _calls(child)


def _misused(name: str, given: int) -> str | None:
    """Why a function can't be called so; jmespath itself says it only when a payload comes."""
    if (known := Functions.FUNCTION_TABLE.get(name)) is None:
        return tr("there is no function {name}()", name=name)
    takes = known["signature"]
    more = bool(takes) and takes[-1].get("variadic", False)
    if given == len(takes) or (more and given > len(takes)):
        return None
    if more:
        said = later("{name}() takes {takes} or more, not {given} arguments")
    else:
        said = later("{name}() takes {takes}, not {given} arguments")
    return tr(said, name=name, takes=len(takes), given=given)


def find(text: str, data: Any) -> Any:
    """What the expression ``text`` finds in ``data``; None when it finds nothing.

    Raises ``ValueError`` for a function that can't take what stands there.
    """
    try:
        return _compiled(text).search(data)
    except JMESPathError as error:
        raise ValueError(" ".join(str(error).split())) from None


@functools.lru_cache(maxsize=256)
def _compiled(text: str) -> ParsedResult:
    return jmespath.compile(text)
