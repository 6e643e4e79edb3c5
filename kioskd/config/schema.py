"""A JSON Schema of the configuration, for editors, made of ``config``'s types."""

from typing import Any, get_args, get_origin

import msgspec

from kioskd.config import field_types
from kioskd.config.docstrings import described, docstrings
from kioskd.config.scalars import encode
from kioskd.config.scalars import schema as scalar_schema
from kioskd.config.sections.glpi import Glpi, GlpiPeople
from kioskd.config.sections.gpio import ActionKeys, Button
from kioskd.config.sections.keys import Key
from kioskd.config.sections.mqtt import MqttAuth
from kioskd.config.sections.source_base import Auth
from kioskd.config.sections.sources import Rest
from kioskd.config.sections.webhook import Webhook
from kioskd.config.sections.whole import Config


def schema() -> dict[str, Any]:
    """A JSON Schema of the file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | _section(Config)


def _section(of: type, **more: Any) -> dict[str, Any]:
    fields, said = field_types.fields(of), docstrings(of)
    demands, one_of = _DEMANDS.get(of, ("anyOf", ()))
    properties: dict[str, Any] = dict(more)
    for name, field in fields.items():
        found = kind_schema(field.type)
        if name in one_of:
            found = _given(found)
        if text := said.get(field.name):
            form = f" ({found['description']})" if "description" in found else ""
            found["description"] = text.replace("``", "") + form
        default = default_of(field)
        if (
            default is not msgspec.NODEFAULT
            and default is not None
            and not field_types.required(field)
        ):
            found["default"] = default
        properties[name] = found
    required = [*more, *(name for name, field in fields.items() if field_types.required(field))]
    section: dict[str, Any] = {
        # An empty section is one whose keys are all left to their defaults.
        "type": "object" if required or one_of else ["object", "null"],
        "properties": properties,
        "additionalProperties": False,
    }
    if required:
        section["required"] = required
    if text := described(of):
        section["description"] = text.replace("``", "")
    if one_of:
        section[demands] = [{"required": [name]} for name in one_of]
    return section


def _given(schema: dict[str, Any]) -> dict[str, Any]:
    """``schema`` without null: a key that counts as given has a value."""
    if "anyOf" in schema:
        return schema | {"anyOf": [_given(x) for x in schema["anyOf"] if x != {"type": "null"}]}
    if isinstance(schema.get("type"), list):
        return schema | {"type": next(kind for kind in schema["type"] if kind != "null")}
    if "enum" in schema:
        return schema | {"enum": [word for word in schema["enum"] if word is not None]}
    return schema


def default_of(field: msgspec.structs.FieldInfo) -> Any:
    """A field's default as it is written in the file; ``NODEFAULT`` for none, or a section's."""
    default = field.default
    if field.default_factory is not msgspec.NODEFAULT:
        default = field.default_factory()
    if default is msgspec.NODEFAULT or field_types.is_section(type(default)):
        return msgspec.NODEFAULT
    plain = msgspec.to_builtins(default, enc_hook=encode)
    return list(plain) if isinstance(plain, tuple) else plain


def kind_schema(kind: Any) -> dict[str, Any]:
    """The schema of one value."""
    bare = field_types.bare(kind)
    if found := field_types.tagged(kind):
        return {"anyOf": [_section(each, kind={"const": name}) for name, each in found.items()]}
    if field_types.is_section(bare):
        return _section(bare)
    if field_types.is_union(kind) and field_types.section(kind) is not None:
        return {"anyOf": [kind_schema(option) for option in get_args(bare)]}
    if get_origin(bare) is tuple:
        return _list(kind)
    if get_origin(bare) is dict:
        of, inner = get_args(bare)
        each = {word: kind_schema(inner) for word in field_types.words(of)}
        more = kind_schema(inner) if not each else False
        return {"type": ["object", "null"], "properties": each, "additionalProperties": more}
    value = msgspec.json.schema(kind, schema_hook=scalar_schema)
    if "enum" in value and field_types.words(
        kind
    ):  # in the order in which they are declared, for an editor's list
        value["enum"] = [*field_types.words(kind), *(x for x in value["enum"] if x is None)]
    return value


def _list(kind: Any) -> dict[str, Any]:
    of, least = get_args(field_types.bare(kind)), field_types.least(kind)
    if of[1:] != (...,):
        each = [kind_schema(option) for option in of]
        return {"type": "array", "prefixItems": each, "minItems": len(of), "maxItems": len(of)}
    found: dict[str, Any] = {"type": "array" if least else ["array", "null"]}
    found["items"] = kind_schema(of[0])
    return found | ({"minItems": least} if least else {})


# What ``__post_init__`` of these demands, as far as a schema can say it.
_DEMANDS: dict[Any, tuple[str, tuple[str, ...]]] = {
    Auth: ("oneOf", ("header", "query", "cookie")),
    Rest: ("oneOf", ("url", "urls")),
    GlpiPeople: ("oneOf", ("group", "users")),
    Glpi: ("anyOf", ("user_token_file", "oauth")),
    Webhook: ("anyOf", ("preset", "title")),
    ActionKeys: ("oneOf", tuple(field_types.fields(ActionKeys))),
    MqttAuth: ("anyOf", ("password_file", "certificate_file")),
    Button: ("anyOf", ("press", "hold", "double")),
    Key: ("anyOf", ("press", "hold", "double")),
}
