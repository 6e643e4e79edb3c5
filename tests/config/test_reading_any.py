"""Any set of errors in a file, and any file at all: every problem is named, nothing is raised."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kioskd.config import Config, reading
from kioskd.errors import ConfigError, Problem

# Every line below is right, or wrong in a way that has nothing to do with the others.
Line = tuple[str, str | None]
RIGHT: dict[str, list[list[Line]]] = {
    "kiosk": [
        [("  name: Suporte", None), ("  nome: Suporte", "kiosk.nome"), ("  name: ", "kiosk.name")],
        [("  language: en", None), ("  language: pt", "kiosk.language")],
        [("  development: true", None), ("  development: yes", "kiosk.development")],
        [("  time_zone: UTC", None), ("  time_zone: Mars/Base", "kiosk.time_zone")],
        [("  id: 007", None), ("  id: [1]", "kiosk.id"), ("  id: *none", "kiosk.id")],
    ],
    "server": [
        [("  port: 8081", None), ("  port: 08081", "server.port"), ("  port: !p 1", "server.port")],
        [("  host: 127.0.0.1", None), ("  host: 0.0.0.0", "server.host")],
        [("  limits: {}", None), ("  limits: {panels: 0}", "server.limits.panels")],
    ],
    "alerts": [
        [("  repeat: 30s", None), ("  repeat: 30", "alerts.repeat")],
        [("  derive: false", None), ("  derive: off", "alerts.derive")],
        [("  max_repeats: 1", None), ("  max_repeats: .inf", "alerts.max_repeats")],
    ],
    "sound": [
        [
            ("  volume: 80", None),
            ("  volume: -1", "sound.volume"),
            ("  volume: on", "sound.volume"),
        ],
        [("  sounds: {}", None), ("  sounds: {hgh: a.ogg}", "sound.sounds.hgh")],
        [
            ("  quiet_hours: [{from: 22:30, to: 07:00}]", None),
            ("  quiet_hours: [{from: 1350, to: 07:00}]", "sound.quiet_hours[1].from"),
            ("  quiet_hours: [{to: 07:00}]", "sound.quiet_hours[1]"),
        ],
        [("  lead_in: 0", None), ("  lead_in: 2025-11-18", "sound.lead_in")],
    ],
    "buttons": [
        [
            ("- {pin: 17, press: next}", None),
            ("- {pin: 017, press: next}", "buttons[1].pin"),
            ("- {pin: 17, press: nxt}", "buttons[1].press"),
            ("- {pin: 17}", "buttons[1]"),
        ],
        [
            ("- {pin: 27, press: {switch: tickets}}", None),
            ("- {pin: 27, press: {switch: tickets, mute: 5m}}", "buttons[2].press"),
            ("- {pin: 2, press: mute, pull: down}", "buttons[2]"),
            ("- {pin: 27, press: mute, pin: 27}", "buttons[2].pin"),
        ],
    ],
    "leds": [
        [
            ("- {pin: 5, shows: alert}", None),
            ("- {pin: 5, shows: alarm}", "leds[1].shows"),
            ("- {pin: yes, shows: alert}", "leds[1].pin"),
        ]
    ],
    "motion": [[("  pin: 6", None), ("  pin: 6.5", "motion.pin"), ("  pin: 28", "motion.pin")]],
    "gpio": [[("  factory: mock", None), ("  factory: mok", "gpio.factory")]],
    "extra": [[("  deep: " + "[" * 25 + "]" * 25, "extra.deep" + "[1]" * 18)]],
}


@given(st.data(), st.permutations([*RIGHT]))
def test_every_one_of_any_set_of_errors_is_named_with_its_line_and_key(
    data: st.DataObject, order: list[str]
) -> None:
    lines, expected = [], []
    for section in order:
        lines.append(f"{section}:")
        if section == "extra":
            if not data.draw(st.booleans()):
                lines.pop()
                continue
            expected.append((len(lines), "extra"))
        for choices in RIGHT[section]:
            text, key = data.draw(st.sampled_from(choices))
            lines.append(text)
            if key is not None:
                expected.append((len(lines), key))
        if data.draw(st.integers(0, 9)) == 9:
            lines.append(f"{section}:")
            expected.append((len(lines), section))
    text = "\n".join([*lines, "sources: [{kind: demo}]"])
    try:
        reading.parse(text.encode(), "k")
        found: list[Problem] = []
    except ConfigError as refusal:
        found = refusal.problems
    assert sorted((p.line, p.key) for p in found) == sorted(expected), text


TEXT = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*Config.__struct_fields__, "pin", "kind", "press", "url"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


WORDS = [*Config.__struct_fields__, "pin", "kind", "demo", "rest", "press", "run", "url", "for"]
WORDS += [": ", "- ", "\n", "\n  ", "\n- ", "{", "}", "[", "]", ", ", "'", '"', "*x", "&x ", "!t "]
WORDS += ["---\n", "#", "1", "-1", "017", "22:30", "30s", "yes", "~", "true", "next", "http://a"]


@given(st.lists(st.sampled_from(WORDS), max_size=60).map("".join))
def test_any_yaml_is_a_configuration_or_a_list_of_problems_each_with_its_line(text: str) -> None:
    try:
        reading.parse(text.encode(), "k")
        problems: list[Problem] = []
    except ConfigError as refusal:
        problems = refusal.problems
    # What is missing from the whole file has no line.
    assert all(p.line >= 1 for p in problems if p.key not in ("", "sources")), problems
    assert len({(p.line, p.column, p.key, p.message) for p in problems}) == len(problems)


@given(st.binary(max_size=200) | TEXT.map(lambda value: repr(value).encode("utf-8", "replace")))
def test_any_bytes_are_a_configuration_or_a_list_of_problems(data: bytes) -> None:
    with contextlib.suppress(ConfigError):
        reading.parse(data, "k")


@pytest.mark.parametrize("kind", ["rest", "channels", "glpi"])
@pytest.mark.parametrize("views", ["*a", "[tickets, *a]", "[tickets, !x y]", "[tickets, foo]"])
def test_a_view_that_can_not_be_read_is_named_and_hides_nothing(kind: str, views: str) -> None:
    text = f"stale_after: {{tickets: 1s}}\nsources: [{{kind: {kind}, views: {views}, x: 1}}]\n"
    with pytest.raises(ConfigError) as error:
        reading.parse(text.encode(), "kioskd.yaml")
    assert "kioskd.yaml:2:" in str(error.value)
    assert "sources[1].views" in str(error.value)
    assert "sources[1].x" in str(error.value)
