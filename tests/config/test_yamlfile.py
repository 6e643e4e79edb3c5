"""What people do to YAML files, one name each: the traps of YAML 1.1, editors, and slips."""

import time
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kioskd.config import yamlfile
from kioskd.config.yamlfile import REFUSED


def value(text: str) -> Any:
    document = yamlfile.read(text.encode(), "k.yaml")
    assert document.problems == []
    return document.value


def said(text: str | bytes) -> list[str]:
    data = text.encode() if isinstance(text, str) else text
    return [str(problem) for problem in yamlfile.read(data, "k").problems]


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "Yes", "NO", "On", "y", "n"])
def test_yes_no_on_and_off_stay_the_words_that_were_typed(word: str) -> None:
    assert value(f"a: {word}") == {"a": word}


@pytest.mark.parametrize("word", ["on", "off", "yes", "no", "true", "1", "1.5", "null", "22:30"])
def test_a_key_stays_the_word_that_was_typed(word: str) -> None:
    assert list(value(f"{word}: 1")) == [word]


def test_true_and_false_are_booleans() -> None:
    assert value("[true, False, TRUE]") == [True, False, True]


@pytest.mark.parametrize("text", ["010", "017", "-08", "0x1F", "0o17", "0b1", "1_000"])
def test_a_number_in_another_base_stays_text(text: str) -> None:
    assert value(f"a: {text}") == {"a": text}


@pytest.mark.parametrize("text", ["22:30", "7:05", "1:30:00", "190:20:30"])
def test_a_time_of_day_stays_text(text: str) -> None:
    assert value(f"a: {text}") == {"a": text}


@pytest.mark.parametrize("text", ["2025-11-18", "2025-11-18 10:30:00", "2025-11-18T10:30:00Z"])
def test_a_date_stays_text(text: str) -> None:
    assert value(f"a: {text}") == {"a": text}


@pytest.mark.parametrize("text", [".nan", ".inf", "-.inf", "NaN", "Infinity"])
def test_a_number_that_is_none_stays_text(text: str) -> None:
    assert value(f"a: {text}") == {"a": text}


def test_an_empty_section_is_nothing() -> None:
    assert value("a:\nb: ~\nc: null\n") == {"a": None, "b": None, "c": None}
    assert value("") is None
    assert value("# only a comment\n") is None


def test_numbers_are_numbers_and_what_stands_in_quotes_is_text() -> None:
    assert value("[1, -2, 0, 1.5, 1e3, '1', \"true\"]") == [1, -2, 0, 1.5, 1000.0, "1", "true"]


def test_a_repeated_key_is_named_and_the_value_of_both_is_kept() -> None:
    document = yamlfile.read(b"a: {x: 1}\nb: 2\na: {x: 3}\n", "k")
    assert [str(p) for p in document.problems] == [
        "k:3:1: a: stands twice (first in line 1); keep one of the two"
    ]
    assert isinstance(document.value, dict)
    assert list(document.value.values()) == [{"x": 1}, 2, {"x": 3}]
    assert document.value["a"] == {"x": 1}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: &x 1\nb: *x\nc: 2", "k:2:4: b: this is a YAML alias"),
        ("b: *nowhere\nc: 2", "k:1:4: b: this is a YAML alias"),
        ("b: &b [*b]\nc: 2", "k:1:8: b[1]: this is a YAML alias"),
        ("<<: *b\nc: 2", "k:1:5: <<: this is a YAML alias"),
        ("b: !secret token\nc: 2", "k:1:4: b: this is a YAML tag"),
        ("b: !!python/name:os.system x\nc: 2", "k:1:4: b: this is a YAML tag"),
        ("b: !!map {x: 1}\nc: 2", "k:1:4: b: this is a YAML tag"),
        ("? [b]\n: 1\nc: 2", "k:1:3: a key must be a plain word"),
        ("? {b: 1}\n: {d: 1}\nc: 2", "k:1:3: a key must be a plain word"),
        ("b: " + "[" * 30 + "]" * 30 + "\nc: 2", "k:1:23: b[1][1][1][1][1][1][1][1][1][1][1]"),
    ],
)
def test_what_is_not_supported_is_named_where_it_stands_and_does_not_hide_what_follows(
    text: str, place: str
) -> None:
    document = yamlfile.read(text.encode(), "k")
    assert [str(problem)[: len(place)] for problem in document.problems] == [place]
    assert isinstance(document.value, dict)
    assert document.value["c"] == 2


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("b: *Suporte*\nc: 2", "k:1:12: a '*' starts a YAML alias"),
        ("b: x: y\nc: 2", "k:1:5: a second ':' in one line"),
        ("b: [1, 2\nc: 2", "k:1:4: the bracket that opens here is never closed"),
        ("b: {x: 1\nc: 2", "k:1:4: the bracket that opens here is never closed"),
        ("b: 'x\nc: 2", "k:1:4: the quotes that open here are never closed"),
        ('b: "C:\\Users"\nc: 2', "k:1:9: a backslash in double quotes"),
        ("b:\n  x: 1\n   y: 2\nc: 2", "k:3:5: a second ':' in one line"),
        ("b:\n  - x\n y\nc: 2", "k:3:2: this line fits no line above it"),
        ("b: 1\n\tx: 1\nc: 2", "k:2:1: a tab stands where YAML wants spaces"),
        ("b: @x\nc: 2", "k:1:4: not valid YAML: found character '@'"),
        ("b: %x\nc: 2", "k:1:4: not valid YAML: found character '%'"),
    ],
)
def test_a_syntax_error_is_named_where_it_stands_and_leaves_no_value(text: str, place: str) -> None:
    document = yamlfile.read(text.encode(), "k")
    assert [str(problem)[: len(place)] for problem in document.problems] == [place]
    assert document.broken
    assert document.value is None


def test_what_is_wrong_before_a_syntax_error_is_named_too() -> None:
    found = said("a: *x\na: 1\nb: y: z\nc: *x\n")
    assert [line.split(" ")[0] for line in found] == ["k:1:4:", "k:2:1:", "k:3:5:"]


def test_a_second_document_is_named() -> None:
    assert said("a: 1\n---\nb: 2\n") == [
        "k:2:1: a second document begins here; a file holds one: remove the ---"
    ]
    assert value("---\na: 1\n...\n") == {"a": 1}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_file_from_any_editor_reads_the_same_and_keeps_its_lines(
    encoding: str, ending: str
) -> None:
    text = ending.join(["# Recepção", "a: Recepção", "b: *x", ""])
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    document = yamlfile.read(mark + text.encode(encoding), "k")
    assert document.value == {"a": "Recepção", "b": REFUSED}
    assert [(p.line, p.column) for p in document.problems] == [(3, 4)]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ("a: 1\nb: Recepção".encode("latin-1"), "k:2:9: is not UTF-8; save the file as UTF-8"),
        (b"a: 1\nb: \x00\n", "k:2:4: a control character, U+0000; save the file as plain UTF-8"),
        ("a: 1".encode("utf-16-le"), "k:1:2: a control character, U+0000; save the file as"),
        (b"\xff\xfea", "k:1:1: is not UTF-8; save the file as UTF-8"),
        (b"x" * (yamlfile.MAX_BYTES + 1), "k: larger than 100000 bytes"),
    ],
)
def test_bytes_that_are_no_text_are_named_with_their_place(data: bytes, problem: str) -> None:
    assert said(data)[0].startswith(problem)


@pytest.mark.parametrize(
    "text", ["[" * 90_000, "a: {\n" * 18_000, "b: c: d\n" * 12_000, "- [*a, !x y]\n" * 5_000]
)
def test_a_hostile_file_is_refused_in_bounded_time(text: str) -> None:
    started = time.process_time()
    assert said(text)
    assert time.process_time() - started < 20  # about 2 s; without the limits it takes hours


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_an_exception(data: bytes) -> None:
    yamlfile.read(data, "k")


PIECES = ["a", "b: ", ": ", "- ", "[", "]", "{", "}", ",", "'", '"', "&x ", "*x", "!t ", "|", ">"]
PIECES += ["\n", "\n  ", "\t", "# ", "? ", "---", "...", "%", "@", "\\", "\u2028", "1", "~"]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_yaml_is_read_without_an_exception_and_every_problem_has_a_place(text: str) -> None:
    for problem in yamlfile.read(text.encode(), "k").problems:
        assert problem.line >= 1
        assert problem.column >= 1


PLAIN_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, allow_infinity=False)
    | PLAIN_TEXT
)


@given(
    st.recursive(
        PLAIN,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PLAIN_TEXT, inner, max_size=3),
        max_leaves=8,
    )
)
@example({"\xa0": None})
@example(["\u2009-", "x" * 99 + " \xa0y"])
def test_what_is_written_reads_back(found: Any) -> None:
    again = yamlfile.read(yamlfile.write({"a": found}).encode(), "k")
    assert again.problems == []
    assert again.value == {"a": found}
