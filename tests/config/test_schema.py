"""The JSON Schema for editors and the reference page: made of the types, and true to ``check``."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Meta

from kioskd.config import Config, Demo, GuideField, field_types, reading, yamlfile
from kioskd.errors import ConfigError

ROOT = Path(__file__).parents[2]
SCHEMA = reading.schema()
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
# What keys of several places demand together is beyond a schema; each says so in these words.
TOGETHER = (
    "can't darken what chromium-shell shows",
    "certificate_file and key_file belong together",
    "part of MQTT's topics",
    "counts as old after",
    "two sources are called",
    "already comes from source",
    "listens to the network without a token",
    "is already used by",
    "two different pins",
    "no button is at",
    "stands in chords",
    "stands in keys",
    "commands for",
    "needs a motion sensor",
    "needs one output's name",
    "urls lacks",
    "fixed pull-up",
    "at least 100ms",
    "reload must be at least",
    "is no origin",
    "is no address",
    "can't be used",
    "is no name of a",
    "in one line",
    "is too long here",
    "api: v2",
    "needs user_token_file",
    "needs acknowledge_token_file",
    "needs acknowledge_oauth",
    "is no JMESPath expression",
    "HTTPS takes both",
    "two screens are called",
    "of kioskd's own",
    "columns needs title",
    "must be later than from",
    "no screen is called",
    "is not a day of the calendar",
    "a certificate is given already",
    "needs either group or users",
    "write the section mqtt",
    "the kiosk itself",
    "write the id of one",
    "write all views there",
    "without them it is like every panel",
    "rotate needs output",
    "has a panel already",
    "has another ca_file",
    "stands twice",
    "without blanks around it",
)


# The words of JSON Schema that documents() obeys, and those that demand nothing.
OBEYED = (
    {"type", "const", "enum", "anyOf", "oneOf"}
    | {"properties", "required", "additionalProperties"}
    | {"items", "prefixItems", "minItems", "maxItems"}
    | {"minLength", "maxLength", "pattern"}
    | {"minimum", "exclusiveMinimum", "maximum", "multipleOf"}
)
SILENT = {"$schema", "default", "description"}


def documents(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that ``schema`` allows; a strategy for the part of JSON Schema that kioskd uses."""
    assert set(schema) <= OBEYED | SILENT, f"documents() must obey this, too: {schema}"
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "anyOf" in schema and "properties" not in schema:
        return st.one_of(*map(documents, schema["anyOf"]))
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return st.one_of(*(of_type(schema, kind) for kind in kinds))


def of_type(schema: dict[str, Any], kind: str) -> st.SearchStrategy[Any]:
    low, high = schema.get("minimum", schema.get("exclusiveMinimum")), schema.get("maximum")
    match kind:
        case "object":
            return sections(schema)
        case "array" if "prefixItems" in schema:
            return st.tuples(*map(documents, schema["prefixItems"])).map(list)
        case "array":
            least = schema.get("minItems", 0)
            most = min(least + 2, schema.get("maxItems", least + 2))
            return st.lists(documents(schema["items"]), min_size=least, max_size=most)
        case "string" if "pattern" in schema:
            return st.from_regex(schema["pattern"], fullmatch="://" not in schema["pattern"]).map(
                str.strip
            )
        case "string" if "time zone" in schema.get("description", ""):
            return st.sampled_from(["UTC", "America/Sao_Paulo", "Asia/Kolkata"])
        case "string":
            most = schema.get("maxLength", 12)
            return TEXT.filter(lambda text: schema.get("minLength", 0) <= len(text) <= most)
        case "integer":
            step = schema.get("multipleOf", 1)
            least = -(10**6) if low is None else low
            most = 10**6 if high is None else high
            return st.integers(-(-least // step), most // step).map(lambda times: times * step)
        case "number":
            assert "multipleOf" not in schema
            return st.floats(low or 0, high, exclude_min="exclusiveMinimum" in schema)
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
    raise AssertionError(kind)


def sections(schema: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    properties, required = schema["properties"], set(schema.get("required", ()))
    choices: list[set[str]] = [set()]
    for demand in schema.get("oneOf", schema.get("anyOf", ())):
        choices.append(set(demand["required"]))
    every = set().union(*choices)
    choices = choices[1:] or choices

    def with_keys(keys: set[str]) -> st.SearchStrategy[dict[str, Any]]:
        left_out = every - keys if "oneOf" in schema else set[str]()
        may = {n: documents(properties[n]) for n in properties if n not in left_out | keys}
        must = {n: documents(properties[n]) for n in required | keys}
        optional = {n: found for n, found in may.items() if n not in required}
        return st.fixed_dictionaries(must, optional=optional)

    return st.sampled_from(choices).flatmap(with_keys)


@settings(max_examples=80, suppress_health_check=list(HealthCheck))
@given(documents(SCHEMA))
def test_a_document_of_the_schema_loads_and_its_effective_form_reads_back_as_the_same(
    document: Any,
) -> None:
    text = yamlfile.write(document)
    problems, config = outcome(text)
    for problem in problems:
        assert any(said in problem for said in TOGETHER), f"{problem}\n{text}"
    shown = reading.effective(config)
    again = reading.parse(shown.encode(), "k")
    assert reading.effective(again) == shown
    if "?" not in text:  # what a query holds is starred
        assert again == config


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@pytest.mark.parametrize("section", sorted(SCHEMA["properties"]))
@given(data=st.data())
def test_every_section_of_the_schema_loads_by_itself(section: str, data: st.DataObject) -> None:
    document = {"sources": [{"kind": "demo"}]}
    document[section] = data.draw(documents(SCHEMA["properties"][section]))
    problems, config = outcome(yamlfile.write(document))
    assert all(any(said in problem for said in TOGETHER) for problem in problems)
    assert problems or outcome(reading.effective(config))[0] == []


def outcome(text: str) -> tuple[list[str], Config]:
    """The problems of a document, and what it says when there are none."""
    try:
        return [], reading.parse(text.encode(), "k")
    except ConfigError as error:
        return [str(problem) for problem in error.problems], Config(sources=(Demo(),))


def walk(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        for inner in schema.values():
            yield from walk(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from walk(inner)


def test_every_default_in_the_schema_is_one_that_the_schema_allows() -> None:
    for part in walk(SCHEMA):
        for name, inner in part.get("properties", {}).items():
            if "default" not in inner or "enum" not in inner:
                continue
            assert inner["default"] in inner["enum"], name


def test_the_schema_tells_editors_what_the_docstrings_say() -> None:
    kiosk = SCHEMA["properties"]["kiosk"]["properties"]
    assert kiosk["name"]["description"] == "The title in the panel's header."
    banner = SCHEMA["properties"]["alerts"]["properties"]["banner"]
    assert banner["description"].startswith("How long a banner stays on the panels. (a time with")
    assert banner["default"] == "20s"
    stale_after = SCHEMA["properties"]["stale_after"]["description"]
    assert stale_after.startswith("When a view counts as old. (How long after its last")
    assert SCHEMA["properties"]["rotation"]["anyOf"][0]["properties"]["screens"]["minItems"] == 2


def test_the_effective_defaults_are_the_ones_in_the_schema() -> None:
    shown = yamlfile.read(reading.effective(Config()).encode(), "k").value
    assert isinstance(shown, dict)
    for section, schema in SCHEMA["properties"].items():
        for name, inner in schema.get("properties", {}).items():
            if "default" in inner:
                assert shown[section][name] == inner["default"], f"{section}.{name}"


def test_a_list_needs_items_only_where_it_says_so_whatever_its_items_need() -> None:
    assert field_types.least(tuple[Annotated[str, Meta(min_length=1)], ...]) == 0
    assert field_types.least(Annotated[tuple[str, ...], Meta(min_length=2)]) == 2
    assert field_types.least(Annotated[tuple[str, ...], Meta(min_length=2)] | None) == 2


def test_the_reference_page_is_up_to_date() -> None:
    page = ROOT / "docs/configuration.md"
    assert page.read_text(encoding="utf-8") == reading.reference(), (
        "docs/configuration.md is old: python -m kioskd.config > docs/configuration.md"
    )


def test_the_reference_names_every_key_with_its_default() -> None:
    page = reading.reference()
    assert "| `volume` | a whole number from 0 to 100 | `80` |" in page
    assert "| `language` | pt-BR, en, es | `pt-BR` |" in page
    assert "## `sources[] (kind: channels)`" in page
    for part in walk({name: SCHEMA["properties"][name] for name in Config.__struct_fields__}):
        for key in part.get("properties", {}):
            inside = key in ("kind", "on", "off", "query", *get_args(GuideField))
            assert f"| `{key}` |" in page or inside
