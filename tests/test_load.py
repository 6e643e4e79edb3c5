import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kioskd import load
from kioskd.config import ActionKeys, Config
from kioskd.errors import ConfigError, Problem
from kioskd.scalars import Duration

EXAMPLES = sorted((Path(__file__).parents[1] / "config").glob("*.yaml"))


def problems(text: str | bytes) -> list[Problem]:
    with pytest.raises(ConfigError) as refusal:
        load.parse(text.encode() if isinstance(text, str) else text, "k.yaml")
    return refusal.value.problems


def test_an_empty_file_works() -> None:
    assert load.parse(b"", "k.yaml") == Config()
    assert load.parse(b"sound:\nbuttons:\nkiosk:\n", "k.yaml") == Config()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_file_that_kioskd_ships_is_right(path: Path) -> None:
    load.load(path)


def test_a_file_from_windows_with_bom_and_crlf_reads_the_same() -> None:
    text = "kiosk:\r\n  name: Recepção\r\n"
    assert load.parse(text.encode("utf-8-sig"), "k").kiosk.name == "Recepção"
    assert load.parse(text.encode("utf-16"), "k").kiosk.name == "Recepção"


def test_all_errors_are_named_at_once_with_line_and_column() -> None:
    found = problems(
        "kiosk:\n  nome: X\nsound:\n  volume: 101\nbuttons:\n  - {pin: 99, press: nxt}\n"
    )
    places = [(p.line, p.column, p.key) for p in found]
    assert places == [
        (2, 3, "kiosk.nome"),
        (4, 3, "sound.volume"),
        (6, 6, "buttons[1].pin"),
        (6, 15, "buttons[1].press"),
    ]
    assert "did you mean name?" in found[0].message
    assert "from 0 to 100" in found[1].message


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("kiosk: {development: yes}", "kiosk.development", "write true or false"),
        ("buttons: [{pin: yes, press: next}]", "buttons[1].pin", "GPIO number"),
        ("buttons: [{pin: 017, press: next}]", "buttons[1].pin", "without the leading zero"),
        ("sound: {quiet_hours: [{from: 1350, to: 07:00}]}", "sound.quiet_hours[1].from", "22:30"),
        ("alerts: {repeat: 30}", "alerts.repeat", "30s"),
        ("sound: {volume: 1}\nsound: {volume: 2}", "sound", "stands twice"),
        ("sound: {volume: .nan}", "sound.volume", "0 to 100"),
        ("sound: {volume: on}", "sound.volume", "0 to 100"),
        ("kiosk: {time_zone: Sao Paulo}", "kiosk.time_zone", "America/Sao_Paulo"),
        ("sources: [{kind: chanels}]", "sources[1].kind", "did you mean channels?"),
        ("sources: [{kind: channels}]", "sources[1]", "lacks the key url"),
        ("sources: [{kind: demo}, {kind: demo, name: b}]", "sources[2].views", "one owner"),
        ("server: {host: 0.0.0.0}", "server.host", "token_file"),
        (
            "buttons: [{pin: 4, press: next}]\nleds: [{pin: 4, shows: mute}]",
            "leds[1].pin",
            "already",
        ),
        ("buttons: [{pin: 2, press: next, pull: down}]", "buttons[1]", "pull-up"),
        ("display: {off_without_motion: 5m}", "display.off_without_motion", "motion"),
        ("kiosk:\n\tname: X", "", "spaces"),
        ("a: &x 1\nb: *x", "b", "aliases"),
        ("kiosk: [", "", "not valid YAML"),
    ],
)
def test_a_trap_of_yaml_or_of_meaning_is_named(text: str, key: str, said: str) -> None:
    found = [problem for problem in problems(text) if problem.key == key]
    assert found, problems(text)
    assert said in found[0].message


def test_times_of_day_and_durations_need_no_quotes() -> None:
    text = b"sound: {quiet_hours: [{from: 22:30, to: 07:00, days: [mon]}]}\nalerts: {banner: 1.5m}"
    config = load.parse(text, "k")
    assert str(config.sound.quiet_hours[0].start) == "22:30"
    assert config.alerts.banner == 90


def test_a_name_that_looks_like_a_number_stays_as_typed() -> None:
    assert load.parse(b"kiosk: {name: 2026}", "k").kiosk.name == "2026"


def test_the_effective_configuration_reads_back_as_the_same() -> None:
    config = load.parse(b"sources: [{kind: demo, seed: 7}]\nsound: {volume: 5}", "k")
    assert load.parse(load.effective(config).encode(), "k") == config


@pytest.mark.parametrize("query", ["token=s3cret", "s3cret", "a=b&s3cret", "a=b&c=s3cret#x"])
def test_what_a_query_holds_is_starred_with_a_name_or_without(query: str) -> None:
    text = f"sources: [{{kind: channels, url: 'wss://a.example/ws?{query}'}}]".encode()
    shown = load.effective(load.parse(text, "k"))
    assert "s3cret" not in shown
    assert "wss://a.example/ws?" in shown


def test_a_list_of_text_takes_numbers_as_typed() -> None:
    text = b"buttons: [{pin: 4, press: {run: {argv: [sleep, 5, 1.50]}}}]"
    action = load.parse(text, "k").buttons[0].press
    assert isinstance(action, ActionKeys)
    assert action.run is not None
    assert action.run.argv == ("sleep", "5", "1.50")


@given(st.floats(0, 999_999).map(lambda x: Duration(round(x, 3))))
def test_a_duration_prints_as_what_it_reads(value: Duration) -> None:
    assert Duration.parse(str(value)) == pytest.approx(value, rel=1e-4, abs=1e-3)


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


@given(st.binary(max_size=200) | TEXT.map(lambda value: repr(value).encode("utf-8", "replace")))
def test_any_bytes_are_a_configuration_or_a_list_of_problems(data: bytes) -> None:
    with contextlib.suppress(ConfigError):
        load.parse(data, "k")
