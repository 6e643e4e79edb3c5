"""Reads the configuration file into ``config``'s types, and names every error in it at once."""

import difflib
import importlib.metadata
import re
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec

from kioskd import yamlfile
from kioskd.config import SOURCE_KINDS, Config, Source
from kioskd.errors import ConfigError, Problem
from kioskd.scalars import Scalar, decode, encode
from kioskd.scalars import schema as scalar_schema
from kioskd.yamlfile import Document
from kioskd.yamlfile import Path as Place

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_WRONG = object()


def load(path: Path) -> Config:
    """The configuration in ``path``; raises ``ConfigError`` with every problem in it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        wrong = f"can't be read ({error.strerror}); is the path right, and may kioskd read it?"
        raise ConfigError([Problem(str(path), 0, 0, "", wrong)]) from None
    return parse(data, str(path))


def parse(data: bytes, file: str) -> Config:
    """As ``load``, from the bytes of a file called ``file``."""
    document = yamlfile.read(data, file)
    if document.problems:
        raise ConfigError(document.problems)
    found = _section(document, document.value, Config, ())
    if not document.problems and isinstance(found, Config):
        document.problems += _contradictions(document, found)
    if document.problems or not isinstance(found, Config):
        raise ConfigError(document.problems)
    return found


def effective(config: Config) -> str:
    """Every key with the value in force, as YAML; what a URL's query holds is starred."""
    plain = msgspec.to_builtins(config, enc_hook=encode)
    plain["sources"] = [
        {"kind": source.kind} | msgspec.to_builtins(source, enc_hook=encode)
        for source in config.sources
    ]
    return yamlfile.write(_starred(plain))


def schema() -> dict[str, Any]:
    """A JSON Schema of the file, for editors."""
    found = _struct_schema(Config)
    found["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return found


# Walking a section


def _section(document: Document, value: object, kind: type, path: Place) -> object:
    if value is None:
        value = {}
    if not isinstance(value, dict):
        _complain(document, path, "must be a section: keys below it, each with a value")
        return _WRONG
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    problems, taken = len(document.problems), {}
    for name, inner in value.items():
        if name == "kind" and issubclass(kind, Source):
            continue
        if name not in fields:
            known = ", ".join(fields)
            _complain(document, (*path, name), f"unknown key{_near(name, fields)} (known: {known})")
            continue
        taken[fields[name].name] = _value(document, inner, fields[name].type, (*path, name))
    for name, field in fields.items():
        if field.required and name not in value:
            _complain(document, path, f"lacks the key {name}")
    if len(document.problems) > problems:
        return _WRONG
    try:
        return kind(**taken)
    except ValueError as error:
        _complain(document, path, str(error))
        return _WRONG


def _value(document: Document, value: object, kind: Any, path: Place) -> object:
    bare = _bare(kind)
    if bare is Source:
        return _source(document, value, path)
    options = get_args(bare) if get_origin(bare) in (typing.Union, types.UnionType) else (bare,)
    structs = [option for option in options if _is_struct(option)]
    if structs and (isinstance(value, dict) or options == (structs[0],)):
        return _section(document, value, structs[0], path)
    if structs and value is None and type(None) in options:
        return None
    if get_origin(bare) is tuple and _is_struct(_bare(get_args(bare)[0])):
        return _items(document, value, kind, path)
    if value is None and get_origin(bare) in (tuple, dict):
        value = [] if get_origin(bare) is tuple else {}
    return _leaf(document, value, kind, path)


def _items(document: Document, value: object, kind: Any, path: Place) -> object:
    if value is None:
        value = []
    if not isinstance(value, list):
        _complain(document, path, "must be a list: one item a line, each after a dash")
        return _WRONG
    inner = get_args(_bare(kind))[0]
    found = tuple(_value(document, item, inner, (*path, i)) for i, item in enumerate(value))
    least = next((m.min_length for m in getattr(kind, "__metadata__", ()) if m.min_length), 0)
    if len(found) < least:
        _complain(document, path, f"needs at least {least} items")
    return found


def _source(document: Document, value: object, path: Place) -> object:
    kinds = {kind.kind: kind for kind in SOURCE_KINDS}
    if not isinstance(value, dict) or not isinstance(value.get("kind"), str):
        _complain(document, path, f"needs a kind: one of {', '.join(kinds)}")
        return _WRONG
    name = value["kind"]
    if name not in kinds:
        entries = importlib.metadata.entry_points(group="kioskd.sources", name=name)
        for entry in entries:
            try:
                kinds[name] = entry.load().Settings
            except (ImportError, AttributeError, SyntaxError) as error:
                wrong = f"the package of the source {name!r} is broken: {error}; install it again"
                _complain(document, (*path, "kind"), wrong)
                return _WRONG
    if name not in kinds:
        wrong = f"{name!r} is no kind of source{_near(name, kinds)} (known: {', '.join(kinds)})"
        _complain(document, (*path, "kind"), wrong)
        return _WRONG
    return _section(document, value, kinds[name], path)


def _leaf(document: Document, value: object, kind: Any, path: Place) -> object:
    if str in _options(kind):
        value = _as_typed(document, value, path)
    if isinstance(value, list) and get_args(_bare(kind))[:1] == (str,):
        value = [_as_typed(document, item, (*path, i)) for i, item in enumerate(value)]
    try:
        return msgspec.convert(value, kind, dec_hook=decode)
    except (msgspec.ValidationError, ValueError) as error:
        _complain(document, path, _explain(value, kind, str(error)))
        return _WRONG


def _as_typed(document: Document, value: object, path: Place) -> object:
    """A number or true where text is wanted is the text that was typed: 2026 needs no quotes."""
    mark = document.marks.get(path)
    typed = mark.typed if mark and isinstance(value, int | float) else None
    return value if typed is None else typed


def _explain(value: object, kind: Any, said: str) -> str:
    shown = f"{value!r:.60}" if not isinstance(value, bool) else str(value).lower()
    if value is None:
        return "is empty; give it a value or remove the line"
    words = [
        word
        for option in _options(kind)
        if get_origin(option) is Literal
        for word in get_args(option)
    ]
    if words:
        near = _near(value, words) if isinstance(value, str) else ""
        return f"{shown} is not allowed{near}; write one of {', '.join(words)}"
    for option in _options(kind):
        if isinstance(option, type) and issubclass(option, Scalar):
            reason = said.split(" - at")[0]
            return f"{shown}: {reason}; write {option.allowed}"
    if bool in _options(kind):
        return f"{shown} is not allowed; write true or false"
    described = next((m.description for m in _metas(kind) if m.description), None)
    zero = isinstance(value, str) and re.fullmatch(r"0\d+", value) and int in _options(kind)
    hint = (
        f"; write {value.lstrip('0') or '0'} without the leading zero"
        if (zero and isinstance(value, str))
        else ""
    )
    return f"{shown} is not allowed{hint}; it must be {described or said.split(' - at')[0]}"


# What types say


def _bare(kind: Any) -> Any:
    return _bare(kind.__origin__) if hasattr(kind, "__metadata__") else kind


def _options(kind: Any) -> list[Any]:
    bare = _bare(kind)
    if get_origin(bare) in (typing.Union, types.UnionType):
        return [inner for option in get_args(bare) for inner in _options(option)]
    return [bare]


def _metas(kind: Any) -> Iterator[msgspec.Meta]:
    yield from getattr(kind, "__metadata__", ())
    for option in get_args(_bare(kind)):
        yield from getattr(option, "__metadata__", ())


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _near(name: object, known: Any) -> str:
    near = difflib.get_close_matches(str(name), list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _complain(document: Document, path: Place, message: str) -> None:
    document.problems.append(document.problem(path, message))


# Keys that contradict each other


def _contradictions(document: Document, config: Config) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    titles: set[str] = set()
    for i, source in enumerate(config.sources):
        if source.title in titles:
            wrong = f"two sources are called {source.title!r}; give one a name of its own"
            yield document.problem(("sources", i), wrong)
        titles.add(source.title)
        for view in source.views:
            if view in owners:
                wrong = f"{view} already comes from source {owners[view]!r}; a view has one owner"
                yield document.problem(("sources", i, "views"), wrong)
            owners[view] = source.title
    server = config.server
    if server.host not in _LOOPBACK and not (server.token_file or server.open_without_token):
        wrong = (
            "listens to the network without a token; set token_file, or open_without_token: true"
        )
        yield document.problem(("server", "host"), wrong)
    pins: dict[int, str] = {}
    for path, pin in _pins(config):
        if pin in pins:
            wrong = f"GPIO{pin} is already used by {pins[pin]}; every part needs a pin of its own"
            yield document.problem(path, wrong)
        pins.setdefault(pin, yamlfile.key(path))
    display = config.display
    if display.backend == "command" and not {"on", "off"} <= set(display.commands):
        wrong = "backend command needs commands for on and off"
        yield document.problem(("display", "backend"), wrong)
    if display.off_without_motion and config.motion is None:
        wrong = "needs a motion sensor; add the section motion with its pin, or write 0"
        yield document.problem(("display", "off_without_motion"), wrong)


def _pins(config: Config) -> Iterator[tuple[Place, int]]:
    yield from ((("buttons", i, "pin"), button.pin) for i, button in enumerate(config.buttons))
    yield from ((("leds", i, "pin"), led.pin) for i, led in enumerate(config.leds))
    if config.rotary:
        yield from ((("rotary", "pins", i), pin) for i, pin in enumerate(config.rotary.pins))
    if config.motion:
        yield ("motion", "pin"), config.motion.pin


# Schema and stars


def _struct_schema(kind: type) -> dict[str, Any]:
    fields = msgspec.structs.fields(kind)
    properties = {field.encode_name: _type_schema(field.type) for field in fields}
    for field in fields:
        if field.default is not msgspec.NODEFAULT and not _is_struct(type(field.default)):
            if kind is Config and field.name == "sources":
                continue
            properties[field.encode_name]["default"] = msgspec.to_builtins(
                field.default, enc_hook=encode
            )
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "required": [field.encode_name for field in fields if field.required],
    }


def _type_schema(kind: Any) -> dict[str, Any]:
    bare = _bare(kind)
    if bare is Source:
        return {"anyOf": [_source_schema(each) for each in SOURCE_KINDS]}
    if _is_struct(bare):
        return _struct_schema(bare)
    options = get_args(bare)
    if get_origin(bare) in (typing.Union, types.UnionType) and any(map(_is_struct, options)):
        return {"anyOf": [_type_schema(option) for option in options]}
    if get_origin(bare) is tuple and (_bare(options[0]) is Source or _is_struct(options[0])):
        return {"type": "array", "items": _type_schema(options[0])}
    return msgspec.json.schema(kind, schema_hook=scalar_schema)


def _source_schema(kind: type[Source]) -> dict[str, Any]:
    found = _struct_schema(kind)
    found["properties"] = {"kind": {"const": kind.kind}} | found["properties"]
    found["required"] = ["kind", *found["required"]]
    return found


def _starred(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _starred(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_starred(inner) for inner in value]
    if isinstance(value, str) and "://" in value:
        place, mark, query = value.partition("?")
        # Whatever stands behind the question mark may be the secret, with a name or without.
        return place + mark + "&".join(map(_starred_part, query.split("&"))) if query else value
    return value


def _starred_part(part: str) -> str:
    name, equals, _ = part.partition("=")
    return f"{name}=***" if equals else "***"
