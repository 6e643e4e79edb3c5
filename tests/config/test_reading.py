import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kioskd.config import VIEWS, ActionKeys, Config, Demo, reading
from kioskd.config.freshness import stale_limits
from kioskd.config.scalars import Duration
from kioskd.errors import ConfigError, Problem

EXAMPLES = sorted((Path(__file__).parents[2] / "config").glob("*.yaml"))


DEMO = "\nsources: [{kind: demo}]\n"


def problems(text: str) -> list[Problem]:
    with pytest.raises(ConfigError) as refusal:
        reading.parse((text if "sources" in text else text + DEMO).encode(), "k.yaml")
    return refusal.value.problems


def loaded(text: str, encoding: str = "utf-8") -> Config:
    return reading.parse((text + DEMO).encode(encoding), "k.yaml")


def test_every_section_may_be_empty_but_the_sources() -> None:
    assert loaded("sound:\nbuttons:\nkiosk:\n") == Config(sources=(Demo(),))


@pytest.mark.parametrize(
    "left",
    ["", "\n", "# only a comment", "kiosk: {name: Sala 1}\n", "sources:\n  # - kind: rest\n"],
)
def test_what_a_power_cut_left_of_a_file_is_never_a_demo(left: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        reading.parse(left.encode(), "k.yaml")
    (found,) = refusal.value.problems
    assert (found.key, found.line) == ("sources", left.count("\n") + 1)
    assert "is missing; write where the tickets come from" in found.message
    assert "sources: [{kind: demo}]" in found.message


def test_a_file_cut_short_at_any_byte_is_no_demo() -> None:
    whole = b"kiosk: {name: Sala 1}\nsources:\n- kind: rest\n  url: http://a.example/x.json\n"
    for end in range(len(whole)):
        for left in (whole[:end], whole[:end] + bytes(len(whole) - end)):
            try:
                found = reading.parse(left, "k.yaml")
            except ConfigError:
                continue
            assert [source.kind for source in found.sources] == ["rest"], left


def test_a_demo_gives_way_to_a_real_source() -> None:
    text = "sources: [{kind: demo}, {kind: rest, url: 'http://a.example/', views: [tickets]}]"
    assert [source.kind for source in reading.parse(text.encode(), "k").sources] == ["rest"]
    beside = text.replace("{kind: demo}", "{kind: demo, views: [projects]}")
    found = reading.parse(beside.encode(), "k").sources
    assert [source.kind for source in found] == ["demo", "rest"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_file_that_kioskd_ships_is_right(path: Path) -> None:
    reading.load(path)


def shipped() -> str:
    """The file without the remarks at its head."""
    text = EXAMPLES[0].read_text(encoding="utf-8")
    return text[text.index("kiosk:\n") :]


def uncommented(lines: list[str], begin: int) -> str:
    """The shipped file with one example in force: its line, and those below that belong to it."""
    found = [*lines]
    indent = len(found[begin]) - len(found[begin].lstrip())
    inside = found[begin].lstrip("# ").startswith("- ") or found[begin].rstrip().endswith(":")
    for n in range(begin, len(found)):
        text = found[n]
        if not text.lstrip().startswith("# ") or len(text) - len(text.lstrip()) != indent:
            break
        if n > begin and not (inside and text.lstrip()[2:].startswith("  ")):
            break
        found[n] = text[:indent] + text.lstrip()[2:]
    return "\n".join(found)


def test_each_example_of_the_shipped_file_can_be_uncommented_as_it_stands() -> None:
    lines = shipped().splitlines()
    examples = [n for n, line in enumerate(lines) if re.match(r"\s*# (- \{?\w+:|[a-z_]+:)", line)]
    assert len(examples) >= 15
    for n in examples:
        config = reading.parse(uncommented(lines, n).encode(), f"line {n + 1}: {lines[n]}")
        assert config.sources


def test_all_examples_of_the_shipped_file_but_the_second_source_fit_together() -> None:
    text = shipped()
    lines = text[: text.index("  # - kind: rest")].splitlines()
    lines += text[text.index("\nalerts:") :].splitlines()
    for n in range(len(lines)):
        if re.match(r"\s*# (- \{?\w+:|  \w+:|[a-z_]+:)", lines[n]):
            indent = len(lines[n]) - len(lines[n].lstrip())
            lines[n] = lines[n][:indent] + lines[n].lstrip()[2:]
    config = reading.parse("\n".join(lines).encode(), "k")
    assert [source.kind for source in config.sources] == ["channels"]
    assert len(config.buttons) == 4


def test_a_file_from_windows_with_bom_and_crlf_reads_the_same() -> None:
    text = "kiosk:\r\n  name: Recepção\r\n"
    assert loaded(text, "utf-8-sig").kiosk.name == "Recepção"
    assert loaded(text, "utf-16").kiosk.name == "Recepção"


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
        ("chords: [{pins: [4, 4], press: pair}]", "chords[1].pins", "two different pins"),
        (
            "buttons: [{pin: 4, press: next}]\nchords: [{pins: [4, 5], press: pair}]",
            "chords[1].pins[2]",
            "no button is at GPIO5; write it into buttons, too",
        ),
        (
            "buttons: [{pin: 4, press: next}, {pin: 5, press: next}]\n"
            "chords: [{pins: [4, 5], press: pair}, {pins: [5, 4], press: mute}]",
            "chords[2].pins",
            "stands in chords[1] already",
        ),
        (
            "buttons: [{pin: 4, press: next}, {pin: 5, press: next}]\n"
            "chords: [{pins: [4, 5], press: {switch: tikets}}]",
            "chords[1].press.switch",
            "no screen is called tikets",
        ),
        ("chords: [{pins: [4, 5]}]", "chords[1]", "lacks the key press"),
        ("buttons: [{pin: 2, press: next, pull: down}]", "buttons[1]", "pull-up"),
        ("display: {off_without_motion: 5m}", "display.off_without_motion", "motion"),
        ("kiosk:\n\tname: X", "", "spaces"),
        ("kiosk: &x\nserver: *x", "server", "alias"),
        ("kiosk: [", "", "bracket"),
        ("kiosk: {name: ''}", "kiosk.name", "text of 1 to 100 characters"),
        ("sound: {volume: '80'}", "sound.volume", "write 80 without quotes"),
        ("kiosk: {development: 'true'}", "kiosk.development", "write true without quotes"),
        ("kiosk: {name: }", "kiosk.name", "is empty; give it a value or remove the line"),
        ("kiosk: x", "kiosk", "must be a section"),
        ("buttons: {pin: 4}", "buttons", "must be a list"),
        ("rotary: {pins: [4]}", "rotary.pins", "a list of 2, each item a GPIO number"),
        ("rotary: {pins: [4, 99]}", "rotary.pins[2]", "GPIO number"),
        ("rotary: {pins: [4, 4]}", "rotary.pins[2]", "already used by rotary.pins[1]"),
        ("rotation: {screens: [{screen: tickets}]}", "rotation.screens", "at least 2 items"),
        ("buttons: [{pin: 4, press: {run: {argv: []}}}]", "buttons[1].press.run.argv", "1 item"),
        ("buttons: [{pin: 4}]", "buttons[1]", "does nothing"),
        ("sources: [{kind: demo, views: [ticket]}]", "sources[1].views[1]", "tickets?"),
        ("sources: [{url: x}]", "sources[1]", "needs a kind"),
        ("sources: [{kind: demo, tempo: 0}]", "sources[1].tempo", "above 0 and up to 100"),
        ("sources: [{kind: rest, url: 'http://a', interval: 0}]", "sources[1].interval", "100ms"),
        ("sources: [{kind: rest, url: 'ftp://a'}]", "sources[1].url", "http(s)://"),
        (
            "sources: [{kind: rest, url: 'http://u:p@a'}]",
            "sources[1].url",
            "holds no user",
        ),
        ("server: {allowed_origins: ['http://a/']}", "server.allowed_origins[1]", "no path"),
        ("sources: [{kind: rest, url: 'http://[::1'}]", "sources[1].url", "can't be used"),
        ("proxy: 'http://a:0'", "proxy", "no port 0"),
        ("mqtt: {url: 'mqtt://a:0'}", "mqtt.url", "no port 0"),
        ("sources: [{kind: rest, url: 'http://a', proxy: 'http://['}]", "sources[1].proxy", "used"),
        (
            "sources: [{kind: webhook, name: a, preset: zabbix, token_file: /t, "
            "acknowledge: {url: 'http://[', token_file: /t}}]",
            "sources[1].acknowledge.url",
            "can't be used",
        ),
        (
            "alerts: {escalate: {after: 5m, webhook: {url: 'http://a:99999/', token_file: /t}}}",
            "alerts.escalate.webhook.url",
            "out of range",
        ),
        ("sources: [{kind: rest, url: 'http://a:0/'}]", "sources[1].url", "no port 0"),
        ("sources: [{kind: channels, url: 'ws://a:99999'}]", "sources[1].url", "out of range"),
        ("sources: [{kind: channels, url: 'ws://a..b'}]", "sources[1].url", "misspelled"),
        ("sources: [{kind: channels, url: 'ws:///x'}]", "sources[1].url", "no host"),
        (
            "sources: [{kind: rest, urls: {tickets: 'http://:1'}, views: [tickets]}]",
            "sources[1].urls.tickets",
            "no host",
        ),
        (
            "sources: [{kind: channels, url: 'ws://a', origin: 'http://a/'}]",
            "sources[1].origin",
            "no origin",
        ),
        (
            "sources: [{kind: channels, url: 'ws://a', auth: [{file: f, header: 'X Y'}]}]",
            "sources[1].auth[1].header",
            "no name of a header",
        ),
        (
            'sources: [{kind: channels, url: ws://a, auth: [{file: f, cookie: "a\\nb"}]}]',
            "sources[1].auth[1].cookie",
            "no name of a cookie",
        ),
        (
            'sources: [{kind: rest, url: http://a, auth: [{file: f, query: t, prefix: "a\\n"}]}]',
            "sources[1].auth[1].prefix",
            "one line",
        ),
        ("server: {trusted_proxies: [proxy]}", "server.trusted_proxies[1]", "no address"),
        ("server: {limits: {message_size: 0B}}", "server.limits.message_size", "above 0"),
        ("display: {commands: {On: [x]}}", "display.commands.On", "did you mean on?"),
        ("display: {backend: command}", "display.backend", "off and on"),
        ("display: {commands: {on: [x, [y]]}}", "display.commands.on[2]", "a list is not"),
    ],
)
def test_a_trap_of_yaml_or_of_meaning_is_named(text: str, key: str, said: str) -> None:
    found = [problem for problem in problems(text) if problem.key == key]
    assert found, problems(text)
    assert said in found[0].message


@pytest.mark.parametrize(
    ("action", "key", "said"),
    [
        ("nxt", "press", "did you mean next?"),
        ("swich", "press", "did you mean switch?"),
        ("Mute", "press", "did you mean mute?"),
        ("5", "press", "5 is not allowed"),
        ("switch", "press", "switch needs a value; write {switch: ...}"),
        (
            "{swich: tickets}",
            "press.swich",
            "did you mean switch? (known: switch,",
        ),
        ("{switch: ticket}", "press.switch", "did you mean tickets?"),
        ("{next: }", "press.next", "next takes no value; write it alone"),
        (
            "{switch: tickets, mute: 5m}",
            "press",
            "needs exactly one of switch, mute, snooze, snooze_until, run",
        ),
        ("{}", "press", "needs exactly one of switch, mute, snooze, snooze_until, run"),
    ],
)
def test_a_misspelled_action_is_named_with_all_that_may_be_written(
    action: str, key: str, said: str
) -> None:
    (found,) = problems(f"buttons: [{{pin: 4, press: {action}}}]")
    assert found.key == f"buttons[1].{key}"
    assert said in found.message
    if key == "press" and "exactly" not in said and "needs a value" not in said:
        for word in ("next", "previous", "acknowledge", "switch", "mute", "run"):
            assert word in found.message.split("write one of")[1]


def test_a_rule_over_several_sections_looks_at_what_is_right_in_sections_that_are_wrong() -> None:
    found = problems(
        "kiosk: *x\n"
        "server: {port: 0, host: 0.0.0.0}\n"
        "buttons: [{pin: 4, press: nxt}, {pin: 99, press: next}]\n"
        "leds: [{pin: 4, shows: mutes}]\n"
        "sources: [{kind: demo, seed: x}, {kind: demo, tempo: 0}]\n"
        "display: {off_without_motion: 5m, output: [1]}\n"
    )
    assert [p.key for p in found] == [
        "kiosk",
        "server.port",
        "server.host",
        "buttons[1].press",
        "buttons[2].pin",
        "leds[1].pin",
        "leds[1].shows",
        "sources[1].seed",
        *["sources[2]"],
        *["sources[2].views"] * 3,
        "sources[2].tempo",
        "display.off_without_motion",
        "display.output",
    ]


def test_a_rule_is_not_guessed_where_one_of_its_keys_is_wrong() -> None:
    keys = [p.key for p in problems("server: {host: 0.0.0.0, open_without_token: yes}")]
    assert keys == ["server.open_without_token"]
    keys = [p.key for p in problems("display: {off_without_motion: 5m}\nmotion: {pin: 99}")]
    assert keys == ["motion.pin"]


def test_a_section_that_stands_twice_is_checked_twice() -> None:
    found = problems("sound: {volume: 101}\nkiosk: {}\nsound: {volume: 102, volum: 1}\n")
    assert [(p.line, p.column, p.key) for p in found] == [
        (1, 9, "sound.volume"),
        (3, 1, "sound"),
        (3, 9, "sound.volume"),
        (3, 22, "sound.volum"),
    ]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "there is no such file; the one that came with kioskd: sudo cp "),
        (lambda path: path.mkdir(), "it is a folder, not a file; name another file"),
        (lambda path: path.symlink_to(path), "can't be read"),
    ],
)
def test_a_file_that_is_not_there_is_named_with_what_to_do(
    tmp_path: Path, make: Callable[[Path], None], said: str
) -> None:
    make(tmp_path / "kioskd.yaml")
    with pytest.raises(ConfigError, match=said) as refusal:
        reading.load(tmp_path / "kioskd.yaml")
    assert str(refusal.value).startswith(f"{tmp_path}/kioskd.yaml: ")


def test_times_of_day_and_durations_need_no_quotes() -> None:
    text = "sound: {quiet_hours: [{from: 22:30, to: 07:00, days: [mon]}]}\nalerts: {banner: 1.5m}"
    config = loaded(text)
    assert str(config.sound.quiet_hours[0].start) == "22:30"
    assert float(config.alerts.banner) == 90


def test_a_name_that_looks_like_a_number_stays_as_typed() -> None:
    assert loaded("kiosk: {name: 2026}").kiosk.name == "2026"


def test_the_effective_configuration_reads_back_as_the_same() -> None:
    config = reading.parse(b"sources: [{kind: demo, seed: 7}]\nsound: {volume: 5}", "k")
    assert reading.parse(reading.effective(config).encode(), "k") == config


@pytest.mark.parametrize("query", ["token=s3cret", "s3cret", "a=b&s3cret", "a=b&c=s3cret#x"])
def test_what_a_query_holds_is_starred_with_a_name_or_without(query: str) -> None:
    text = f"sources: [{{kind: channels, url: 'wss://a.example/ws?{query}'}}]".encode()
    shown = reading.effective(reading.parse(text, "k"))
    assert "s3cret" not in shown
    assert "wss://a.example/ws?" in shown


def test_a_password_in_any_address_is_starred() -> None:
    text = "buttons: [{pin: 4, press: {run: {argv: [curl, 'http://me:s3cret@a.example/x']}}}]"
    shown = reading.effective(loaded(text))
    assert "http://***@a.example/x" in shown
    assert "s3cret" not in shown


def test_a_list_of_text_takes_numbers_as_typed() -> None:
    text = "buttons: [{pin: 4, press: {run: {argv: [sleep, 5, 1.50]}}}]"
    action = loaded(text).buttons[0].press
    assert isinstance(action, ActionKeys)
    assert action.run is not None
    assert action.run.argv == ("sleep", "5", "1.50")


@given(st.floats(0, 999_999).map(lambda x: Duration(round(x, 3))))
def test_a_duration_prints_as_what_it_reads(value: Duration) -> None:
    assert Duration.parse(str(value)) == pytest.approx(value, rel=1e-4, abs=1e-3)


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("sound: {lead_in: 1m}", "sound.lead_in", "1m is too long here, up to 10s are allowed"),
        ("sound: {lead_in: 1m}", "sound.lead_in", "did you mean 1ms?"),
        ("sound: {lead_in: 500}", "sound.lead_in", "500 has no unit; write 500ms, 500s or 500m"),
        (
            "buttons: [{pin: 4, press: next, bounce: 20m}]",
            "buttons[1].bounce",
            "20m is too long here, up to 1s are allowed; did you mean 20ms?",
        ),
        (
            "buttons: [{pin: 4, press: next, least_press: 1m}]",
            "buttons[1].least_press",
            "1m is too long here, up to 1s are allowed; did you mean 1ms?",
        ),
        ("alerts: {repeat: 2d}", "alerts.repeat", "2d is too long here, up to 1d are allowed"),
        ("server: {limits: {stall: 2h}}", "server.limits.stall", "up to 1h are allowed"),
    ],
)
def test_a_time_out_of_all_measure_is_named_with_what_may_be_meant(
    text: str, key: str, said: str
) -> None:
    (found,) = problems(text)
    assert found.key == key
    assert said in found.message


def test_a_time_that_cannot_be_meant_in_ms_gets_no_hint() -> None:
    (found,) = problems("alerts: {repeat: 2d}")
    assert "did you mean" not in found.message


def test_an_emoji_in_two_halves_as_json_writes_it_is_one_character() -> None:
    name = r'"\ud83c\udf89 Sala"'
    text = f"kiosk: {{name: {name}, id: {name}}}\nsources: [{{kind: demo, name: {name}}}]\n"
    config = reading.parse(text.encode(), "k")
    for found in (config.kiosk.name, config.kiosk.id, config.sources[0].name):
        assert found == "\U0001f389 Sala"


@pytest.mark.parametrize("half", [r"\ud83c", r"\udf89", r"\udf89\ud83c", r"\ud83c x \udf89"])
def test_half_a_character_is_refused_where_it_stands(half: str) -> None:
    (found,) = problems(f'kiosk:\n  name: "{half}"\n')
    assert (found.line, found.key) == (2, "kiosk.name")
    assert "holds half of a character" in found.message
    (found,) = problems(f'kiosk:\n  "{half}": x\n')
    assert (found.line, found.column) == (2, 3)
    assert "unknown key" in found.message


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("kiosk:\n  name:Suporte\n", 1, 1, "line 2: a space is missing after `name:`"),
        ("kiosk:\n  name:Sala 3\n  language: en\n", 3, 11, "line 2: a space is missing"),
        ("kiosk:\n  language: en\n  name:Sala 3\n", 5, 1, "line 3: a space is missing"),
        ("kiosk:\n\u00a0 name: Sala\n", 2, 1, "a no-break space stands where YAML wants a plain"),
        ("kiosk:\n  name:\u00a0Sala\n", 2, 8, "a no-break space stands where YAML wants a plain"),
        (
            "buttons: []\n  - {pin: 17, press: next}\n",
            2,
            3,
            "remove the [] in line 1: what stands here belongs to that key",
        ),
        ("buttons: [] # none\n# x\n- {pin: 17, press: next}\n", 3, 1, "remove the [] in line 1"),
        ("kiosk: {}\n  name: Sala\n", 2, 3, "remove the {} in line 1"),
    ],
)
def test_a_slip_of_the_hand_is_named_as_what_it_is(
    text: str, line: int, column: int, said: str
) -> None:
    found = problems(text)[0]
    assert (found.line, found.column) == (line, column)
    assert said in found.message


def test_a_no_break_space_inside_a_value_is_a_part_of_it() -> None:
    assert loaded("kiosk:\n  name: Sala\u00a03\n").kiosk.name == "Sala\u00a03"


def test_a_user_and_a_password_in_an_address_are_refused_and_not_repeated() -> None:
    (found,) = problems("sources: [{kind: rest, url: 'http://ana:s3nha@a.example/'}]")
    assert found.key == "sources[1].url"
    assert "no user and no password" in found.message
    assert "auth" in found.message
    assert "s3nha" not in str(found)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("stale_after: {tickets: 2m}\n", None),
        ("stale_after: {tickets: 20s}\n", None),  # then it is asked again every 10 s
        ("stale_after: {tickets: 2m}\n", "refresh: 5m"),
        ("stale_after: {tickets: 5m}\n", "refresh: 5m"),
        ("", "refresh: 1h"),  # then tickets count as old after 2 h
    ],
)
def test_a_view_is_not_called_old_while_all_is_well(text: str, wrong: str | None) -> None:
    more = f", {wrong}" if wrong else ""
    file = f"{text}sources: [{{kind: channels, url: 'ws://a/'{more}}}]".encode()
    if wrong and text:
        with pytest.raises(ConfigError, match="is asked for it every 5m only") as refusal:
            reading.parse(file, "k")
        assert [problem.key for problem in refusal.value.problems] == ["stale_after.tickets"]
        return
    config = reading.parse(file, "k")
    limits = stale_limits(config)
    for view in VIEWS:
        assert limits[view] >= 2 * config.sources[0].asked_every(view, config.stale_after)


def test_without_a_word_about_it_views_count_as_old_after_the_documented_times() -> None:
    config = reading.parse(b"sources: [{kind: channels, url: 'ws://a/'}]", "k")
    assert stale_limits(config) == {"tickets": 120, "projects": 600, "dashboard": 600}
    config = reading.parse(b"sources: [{kind: rest, url: 'http://a/', interval: 20m}]", "k")
    assert stale_limits(config) == dict.fromkeys(VIEWS, 2400)
