"""What the types of ``config`` say: their options, their limits, their tags."""

import types
import typing
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import msgspec

from kioskd.config.scalars import Scalar
from kioskd.words import later, tr

_PLAIN = {
    str: later("text"),
    int: later("a whole number"),
    float: later("a number"),
    bool: later("true or false"),
}


def bare(kind: Any) -> Any:
    """``kind`` without its ``Annotated``."""
    return bare(kind.__origin__) if hasattr(kind, "__metadata__") else kind


def is_union(kind: Any) -> bool:
    return get_origin(bare(kind)) in (typing.Union, types.UnionType)


def options(kind: Any) -> list[Any]:
    """Every type that a value of ``kind`` may have, without ``Annotated``."""
    if is_union(kind):
        return [inner for option in get_args(bare(kind)) for inner in options(option)]
    return [bare(kind)]


def metas(kind: Any) -> Iterator[msgspec.Meta]:
    """What ``Annotated`` says about ``kind`` or one of its options."""
    yield from getattr(kind, "__metadata__", ())
    for option in get_args(bare(kind)):
        yield from getattr(option, "__metadata__", ())


def is_section(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def section(kind: Any) -> type[msgspec.Struct] | None:
    """The section among the options of ``kind``."""
    return next((option for option in options(kind) if is_section(option)), None)


def tagged(kind: Any) -> dict[str, type]:
    """The sections of a tagged union, by what is written for ``kind:``; empty for another type."""
    found = options(kind)
    if not all(is_section(each) and each.__struct_config__.tag for each in found):
        return {}
    return {each.__struct_config__.tag: each for each in found}


def is_list(kind: Any) -> bool:
    return any(get_origin(option) is tuple for option in options(kind))


def items(kind: Any, count: int) -> list[Any] | None:
    """The types of ``count`` items of a list; None when it can't have so many."""
    of = get_args(next(option for option in options(kind) if get_origin(option) is tuple))
    if of[1:] == (...,):
        return [of[0]] * count
    return list(of) if len(of) == count else None


def least(kind: Any) -> int:
    """How many items a list needs; what its items need, such as a text's length, is theirs."""
    written = [kind, *(get_args(bare(kind)) if is_union(kind) else ())]
    said = [meta for each in written for meta in getattr(each, "__metadata__", ())]
    return max((meta.min_length or 0 for meta in said), default=0)


def required(field: msgspec.structs.FieldInfo) -> bool:
    """Whether the key must be in the file; a list that needs items has no empty default."""
    return field.required or (is_list(field.type) and least(field.type) > 0 and not field.default)


def allowed(kind: Any) -> str:
    """What may be written for ``kind``, in words."""
    described = next((meta.description for meta in metas(kind) if meta.description), None)
    if described is not None and not is_list(kind):
        return tr(described)
    return tr(" or ").join(dict.fromkeys(_allowed(option, kind) for option in _written(kind)))


def _written(kind: Any) -> list[Any]:
    return [option for option in options(kind) if option is not type(None)]


def _allowed(option: Any, kind: Any) -> str:
    if get_origin(option) is Literal:
        return ", ".join(map(str, get_args(option)))
    if get_origin(option) is tuple:
        of = get_args(option)
        item = allowed(of[0])
        if least(kind):
            return tr("a list of at least {count}, each item {item}", count=least(kind), item=item)
        if of[1:] != (...,):
            return tr("a list of {count}, each item {item}", count=len(of), item=item)
        return tr("a list, each item {item}", item=item)
    if get_origin(option) is dict:
        of, inner = get_args(option)
        return tr("a section with {keys}, each {value}", keys=allowed(of), value=allowed(inner))
    if is_section(option):
        return tr("a section with {keys}", keys=", ".join(fields(option)))
    if isinstance(option, type) and issubclass(option, Scalar):
        longest = next((m.extra["longest"] for m in metas(kind) if m.extra), None)
        said = tr(option.allowed)
        return (
            said if longest is None else tr("{said}, up to {longest}", said=said, longest=longest)
        )
    return tr(_PLAIN.get(option, option.__name__)) + _limits(kind)


def _limits(kind: Any) -> str:
    said = ""
    for meta in metas(kind):
        if meta.ge is not None:
            said += tr(" from {least:g}", least=meta.ge)
        if meta.gt is not None:
            said += tr(" above {limit:g} and", limit=meta.gt)
        if meta.le is not None:
            up = later(" up to {most:g}") if meta.ge is None else later(" to {most:g}")
            said += tr(up, most=meta.le)
        if meta.max_length is not None:
            least, most = meta.min_length or 0, meta.max_length
            said += tr(" of {least} to {most} characters", least=least, most=most)
    return said


def words(kind: Any) -> list[str]:
    """The words that ``kind`` takes."""
    found = [option for option in options(kind) if get_origin(option) is Literal]
    return [word for option in found for word in get_args(option)]


def fields(kind: type) -> dict[str, msgspec.structs.FieldInfo]:
    """The keys of a section, as they are written in the file."""
    return {field.encode_name: field for field in msgspec.structs.fields(kind)}
