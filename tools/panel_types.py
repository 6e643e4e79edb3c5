"""Prints the panel's TypeScript types, made of the Structs that kioskd sends.

``make types`` writes them to ``frontend/src/logic/generated.ts``; a test keeps that file true.
"""

import inspect
import sys
from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec import inspect as types

from kioskd.core import actor, alert_status, faults, fleet_status, outgoing, status, trend_status
from kioskd.core.faults import CODES

MODULES = (actor, alert_status, faults, fleet_status, outgoing, status, trend_status)
HEADER = """\
/** Made by `make types` of what the daemon sends. Do not edit. */
"""
LONGEST = 100  # characters of a line, as eslint has it


def typescript() -> str:
    """The whole file."""
    own = [
        member
        for module in MODULES
        for member in vars(module).values()
        if inspect.isclass(member)
        and issubclass(member, Struct)
        and member.__module__ == module.__name__
    ]
    codes = "".join(f"\n  | '{code}'" for code in sorted(CODES))
    interfaces = "".join(f"\n{text}" for struct in own for text in _interface(struct))
    return f"{HEADER}\nexport type Code ={codes}\n{interfaces}"


def _interface(struct: type[Struct]) -> Iterator[str]:
    info = types.type_info(struct)
    assert isinstance(info, types.StructType)
    lines = [f"export interface {struct.__name__} {{"]
    if info.tag is not None:
        lines.append(f"  {info.tag_field}: '{info.tag}'")
    lines += [_field(field.encode_name, _type(field.type)) for field in info.fields]
    yield "\n".join([*lines, "}"]) + "\n"


def _field(name: str, kind: str) -> str:
    line = f"  {name}: {kind}"
    if len(line) <= LONGEST or " | " not in kind:
        return line
    return f"  {name}:" + "".join(f"\n    | {one}" for one in kind.split(" | "))


def _type(found: types.Type) -> str:
    match found:
        case types.IntType() | types.FloatType():
            return "number"
        case types.StrType():
            return "string"
        case types.BoolType():
            return "boolean"
        case types.NoneType():
            return "null"
        case types.LiteralType(values=values) if set(values) == set(CODES):
            return "Code"
        case types.LiteralType(values=values):
            return " | ".join(f"'{value}'" for value in values)
        case types.ListType(item_type=item) | types.VarTupleType(item_type=item):
            inner = _type(item)
            return f"({inner})[]" if "|" in inner else f"{inner}[]"
        case types.DictType(key_type=key, value_type=value):
            record = f"Record<{_type(key)}, {_type(value)}>"
            return f"Partial<{record}>" if isinstance(key, types.LiteralType) else record
        case types.StructType(cls=cls):
            return cls.__name__
        case types.UnionType(types=several):
            return " | ".join(dict.fromkeys(_type(one) for one in _joined(several)))
    raise TypeError(f"no TypeScript for {found}")


def _joined(several: Iterable[types.Type]) -> Iterator[types.Type]:
    """msgspec counts None among the values of a literal that may be None."""
    for one in several:
        if isinstance(one, types.LiteralType) and None in one.values:
            yield types.LiteralType(tuple(value for value in one.values if value is not None))
            yield types.NoneType()
        else:
            yield one


if __name__ == "__main__":
    sys.stdout.write(typescript())
