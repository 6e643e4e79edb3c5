"""The fleet's file over a kiosk's own: what it may say, and what stays the kiosk's."""

from pathlib import Path

import pytest

from kioskd.cli.main import main
from kioskd.config import ActionKeys, Channels, Config, Glpi, Rest, Webhook, reading
from kioskd.config.active import choose
from kioskd.config.fleet_file import Held, held, keep, place_for
from kioskd.errors import ConfigError

OWN = """\
kiosk: {id: Kiosk-A, name: Recepção}
server: {host: 0.0.0.0, port: 8081, token_file: /etc/kioskd/token}
mqtt: {url: mqtts://broker.example, groups: [terreo]}
sources:
  - kind: glpi
    url: https://glpi.example
    user_token_file: /etc/kioskd/glpi-a
  - kind: rest
    name: projetos
    views: []
    url: https://projetos.example
    auth: [{file: /etc/kioskd/projetos, header: Authorization}]
alerts:
  repeat: 30s
  escalate: {after: 5m, run: {argv: [/usr/bin/telefonar, '17']}}
buttons:
  - {pin: 17, press: {run: {argv: [/usr/bin/porta]}}}
"""


def combined(pushed: str, own: str = OWN) -> Config:
    return reading.combined(own.encode(), "own.yaml", pushed.encode())[0]


def refused(pushed: str, own: str = OWN) -> str:
    with pytest.raises(ConfigError) as error:
        combined(pushed, own)
    return str(error.value)


def test_a_section_takes_the_place_of_the_kiosks_own_and_the_others_stay() -> None:
    config = combined("alerts: {banner: 40s}\nstale_after: {tickets: 5m}\n")
    assert (config.alerts.banner, config.alerts.repeat) == (40.0, 30.0)
    assert config.stale_after.tickets == 300.0
    assert config.alerts.escalate is None
    assert isinstance(config.sources[0], Glpi)
    assert config.buttons[0].pin == 17


def test_who_the_kiosk_is_where_it_listens_and_how_it_comes_to_the_broker_stay_its_own() -> None:
    config = combined(
        "kiosk: {id: Kiosk-MODELO, name: Modelo}\n"
        "mqtt: {url: mqtts://elsewhere.example}\n"
        "server: {host: 127.0.0.1, port: 9999, allowed_origins: ['http://intranet.example']}\n"
    )
    assert (config.kiosk.id, config.kiosk.name) == ("Kiosk-A", "Recepção")
    assert config.mqtt is not None
    assert (config.mqtt.url, config.mqtt.groups) == ("mqtts://broker.example", ("terreo",))
    assert (config.server.host, config.server.port) == ("0.0.0.0", 8081)
    assert config.server.token_file == "/etc/kioskd/token"
    assert config.server.allowed_origins == ("http://intranet.example",)


def test_a_kiosk_that_answers_by_https_under_its_own_name_goes_on_to() -> None:
    own = OWN.replace(
        "port: 8081", "port: 8081, https: self-signed, public_url: 'https://a.example'"
    )
    for pushed in ("{open_without_token: false}", "{public_url: 'https://b.example'}"):
        server = combined(f"server: {pushed}\n", own).server
        assert (server.https, server.public_url) == ("self-signed", "https://a.example")
    assert "server.https: is each kiosk's own" in refused("server: {https: self-signed}\n")


def test_the_path_of_each_secret_stays_the_kiosks_own_whatever_the_file_says() -> None:
    config = combined("""\
sources:
  - kind: rest
    name: projetos
    views: [projects]
    url: https://projetos.example/v2
    auth: [{file: /etc/shadow, header: Authorization}]
  - kind: glpi
    name: chamados
    views: [tickets]
    url: https://glpi.example/novo
    user_token_file: /etc/shadow
""")
    projects, tickets = config.sources
    assert isinstance(projects, Rest)
    assert isinstance(tickets, Glpi)
    assert projects.auth[0].file == "/etc/kioskd/projetos"
    assert tickets.user_token_file == "/etc/kioskd/glpi-a"
    assert (projects.url, tickets.url) == (
        "https://projetos.example/v2",
        "https://glpi.example/novo",
    )


def test_a_secret_that_the_kiosk_has_none_for_is_refused_by_its_line() -> None:
    said = refused("sources:\n  - kind: webhook\n    name: zabbix\n    token_file: /etc/shadow\n")
    assert said == (
        "the fleet's file:4:5: sources[1].token_file: is each kiosk's own, and this kiosk's own "
        "file has none there"
    )


@pytest.mark.parametrize(
    "pushed",
    [
        "buttons: [{pin: 22, press: {run: {argv: [/bin/sh, -c, reboot]}}}]",
        "alerts: {escalate: {after: 1m, run: {argv: [/bin/sh]}}}",
        "display: {backend: command, commands: {on: [/bin/sh], off: [/bin/sh]}}",
    ],
)
def test_no_pushed_file_names_a_program(pushed: str) -> None:
    without = OWN.replace("escalate:", "# escalate:")
    assert "is each kiosk's own" in refused(pushed, without)


def test_a_program_of_the_kiosks_own_stays_what_it_is() -> None:
    config = combined(
        "buttons: [{pin: 17, press: {run: {argv: [/bin/sh]}}}]\n"
        "alerts: {escalate: {after: 10m, run: {argv: [/bin/sh]}}}\n"
    )
    press = config.buttons[0].press
    assert isinstance(press, ActionKeys)
    assert press.run is not None
    assert press.run.argv == ("/usr/bin/porta",)
    assert config.alerts.escalate is not None
    assert config.alerts.escalate.run is not None
    assert config.alerts.escalate.run.argv == ("/usr/bin/telefonar", "17")
    assert config.alerts.escalate.after == 600.0


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example/v1?token=abc",
        "https://api.example/v1?x=9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c",
        "wss://ana:senha@api.example/",
    ],
)
def test_an_address_with_a_secret_is_refused_and_not_repeated(url: str) -> None:
    said = refused(f"sources:\n  - kind: rest\n    url: '{url}'\n")
    assert "what looks like a secret" in said or "no user and no password" in said
    assert url.partition("://")[2][-12:] not in said


def test_an_address_with_an_ordinary_query_is_taken() -> None:
    config = combined("sources: [{kind: rest, url: 'https://api.example/v1?limit=100'}]")
    assert [getattr(source, "url", None) for source in config.sources] == [
        "https://api.example/v1?limit=100"
    ]


def test_what_is_wrong_in_it_is_named_by_its_own_lines() -> None:
    said = refused("alerts:\n  repeat: soon\nsource: []\n")
    assert "the fleet's file:2:" in said
    assert "the fleet's file:3:" in said
    assert "unknown key" in said
    assert "must be sections" in refused("- a\n")
    assert "sources: is missing" not in refused("rotation: {}\n")


def test_what_the_two_contradict_each_other_in_is_said() -> None:
    said = refused("sources: [{kind: demo}]\nrotation: {screens: [{screen: x}, {screen: y}]}\n")
    assert "rotation" in said


def test_two_of_one_kind_keep_their_secrets_in_order() -> None:
    own = """\
sources:
  - {kind: channels, name: um, views: [tickets], url: wss://um.example,
     auth: [{file: /etc/um, header: A}]}
  - {kind: channels, name: dois, views: [projects], url: wss://dois.example,
     auth: [{file: /etc/dois, header: A}]}
"""
    pushed = """\
sources:
  - {kind: channels, name: dois, views: [projects], url: wss://dois.example,
     auth: [{file: x, header: A}]}
  - {kind: channels, name: novo, views: [tickets], url: wss://um.example,
     auth: [{file: x, header: A}]}
"""
    files = [
        source.auth[0].file
        for source in combined(pushed, own).sources
        if isinstance(source, Channels)
    ]
    assert files == ["/etc/dois", "/etc/um"]


def test_values_of_the_own_file_are_read_as_they_were_typed() -> None:
    own = OWN + "display: {backend: none, on: [{from: 07:30, to: 22:00}]}\n"
    own = own.replace("name: Recepção", "name: 2026")
    config = combined("alerts: {banner: 40s}", own)
    assert config.kiosk.name == "2026"
    assert len(config.display.on) == 1


def test_what_is_changed_is_told_a_line_a_key() -> None:
    before, after = combined(""), combined("alerts: {repeat: 1m, max_repeats: 3}\n")
    assert reading.changes(before, after)[0] == "alerts.repeat: 30s -> 1m"
    assert "alerts.max_repeats: 10 -> 3" in reading.changes(before, after)
    assert reading.changes(before, before) == []


def test_the_fleets_file_is_in_force_until_it_does_not_fit_the_own_one(tmp_path: Path) -> None:
    file, kept = tmp_path / "kioskd.yaml", tmp_path / "state/kept.yaml"
    file.write_text(OWN)
    found = choose(file, kept, "alerts: {banner: 40s}")
    assert (found.config.alerts.banner, found.fault, found.pushed) == (40.0, None, True)
    assert kept.read_text() == OWN  # the way back is the kiosk's own
    file.write_text("kiosk: [")
    found = choose(file, kept, "alerts: {banner: 40s}")
    assert found.config.alerts.banner == 40.0
    assert found.fault is not None
    file.write_text(OWN)
    found = choose(file, kept, "sources:\n  - {kind: webhook, name: x, token_file: y}\n")
    assert not found.pushed
    assert found.fault is not None
    assert "does not fit this kiosk's own" in found.fault
    assert isinstance(found.config.sources[0], Glpi)


def test_a_webhook_keeps_its_secret_by_its_name() -> None:
    own = OWN + "\n"
    own = own.replace(
        "alerts:", "  - {kind: webhook, name: zabbix, preset: zabbix, token_file: /etc/z}\nalerts:"
    )
    config = combined(
        "sources:\n  - {kind: webhook, name: zabbix, preset: zabbix, otherwise: low}\n", own
    )
    (hook,) = config.sources
    assert isinstance(hook, Webhook)
    assert (hook.token_file, hook.otherwise) == ("/etc/z", "low")


def test_what_is_kept_survives_and_a_torn_file_is_none(tmp_path: Path) -> None:
    place = tmp_path / "state/fleet.json"
    assert held(place) == Held()
    keep(place, Held(7, 5, "alerts: {}\n", "Ana", "2026-11-27T07:00:00Z"))
    assert held(place).file == "alerts: {}\n"
    place.write_bytes(place.read_bytes()[:-9])
    assert held(place) == Held()


def test_doctor_check_and_config_see_what_is_in_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    file = tmp_path / "kioskd.yaml"
    file.write_text("kiosk: {id: Kiosk-A}\nsources: [{kind: demo}]\n")
    keep(place_for(file), Held(7, 7, "alerts: {banner: 41s}\n", "Ana", "2026-11-27T07:00:00Z"))
    assert main(["check", str(file)]) == 0
    assert "what the fleet pushed at 2026-11-27T07:00:00Z by Ana" in capsys.readouterr().out
    assert main(["config", str(file)]) == 0
    assert "banner: 41s" in capsys.readouterr().out
    main(["doctor", "--config", str(file)])
    assert "over it lies what the fleet pushed" in capsys.readouterr().out
    keep(place_for(file), Held(7, 7, "alerts: {escalate: {after: 1m, run: {argv: [x]}}}\n"))
    assert main(["check", str(file)]) == 78
    assert "is each kiosk's own" in capsys.readouterr().err
