"""Where in a webhook's payload each field is, in JMESPath (https://jmespath.org). Owns jmespath.

An expression selects and compares; it has no loops and reaches nothing but the payload.
"""

import functools
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult


def wrong(text: str) -> str | None:
    """Why ``text`` is no expression, in one line; None: it is one."""
    try:
        _compiled(text)
    except JMESPathError as error:
        return " ".join(str(error).split())
    return None


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
