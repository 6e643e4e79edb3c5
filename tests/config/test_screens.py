"""The section ``screens``, and who names a screen."""

from pathlib import Path

import pytest

from kioskd.config import Config, NoticeScreen, TicketsScreen
from kioskd.config.reading import load
from kioskd.errors import ConfigError

START = "sources: [{kind: demo}]\n"


def read(tmp_path: Path, text: str) -> Config:
    file = tmp_path / "kioskd.yaml"
    file.write_text(START + text, encoding="utf-8")
    return load(file)


def test_a_wall_is_a_list_of_screens(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        """
screens:
  - {name: n1, kind: tickets, title: Suporte N1, density: dense, columns: [priority, title, sla],
     filter: {groups: [Suporte N1], priorities: [critical, high]}}
  - {name: tickets, kind: tickets, title: Tudo}
  - {name: aviso, kind: notice, text: "ERP fora", from: 2026-11-30 18:00, until: 2026-11-30 19:00}
rotation: {screens: [{screen: n1}, {screen: aviso}, {screen: dashboard}]}
buttons: [{pin: 17, press: {switch: n1}}]
""",
    )
    first, _, last = config.screens
    assert isinstance(first, TicketsScreen)
    assert (first.filter.groups, first.columns) == (("Suporte N1",), ("priority", "title", "sla"))
    assert isinstance(last, NoticeScreen)
    assert str(last.until) == "2026-11-30 19:00"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "screens: [{name: a, kind: tickets}, {name: a, kind: projects}]",
            "two screens are called",
        ),
        ("screens: [{name: remote, kind: tickets}]", "a screen of kioskd's own"),
        ("screens: [{name: tickets, kind: projects}]", "a screen of kioskd's own"),
        ("screens: [{name: Suporte N1, kind: tickets}]", "small letters, digits"),
        ("screens: [{name: a, kind: hologram}]", "kind"),
        ("screens: [{name: a, kind: image, file: map.png}]", "a whole path such as"),
        ("screens: [{name: a, kind: page, url: grafana.example}]", "an http(s):// address"),
        ("screens: [{name: a, kind: page, url: 'http://a:0/'}]", "there is no port 0"),
        ("screens: [{name: a, kind: page, url: 'http://a', reload: 1s}]", "at least 10s"),
        (
            "screens: [{name: a, kind: page, url: 'http://a', header: {name: a b, file: /x}}]",
            "no name of a header",
        ),
        (
            "screens: [{name: a, kind: page, url: 'https://x/a', ca_file: /ca.pem},"
            " {name: b, kind: page, url: 'https://X/b'}]",
            "another page of x has another ca_file",
        ),
        ("screens: [{name: a, kind: tickets, columns: [priority]}]", "columns needs title"),
        ("screens: [{name: a, kind: tickets, filter: {priorities: [urgent]}}]", "critical, high"),
        ("screens: [{name: a, kind: notice, text: x, from: tomorrow}]", "2026-11-30 18:00"),
        ("screens: [{name: a, kind: notice, text: x, from: 2026-02-30 10:00}]", "calendar"),
        (
            "screens: [{name: a, kind: notice, text: x, from: 2026-11-30 18:00,"
            " until: 2026-11-30 17:00}]",
            "until must be later than from",
        ),
        ("buttons: [{pin: 17, hold: {switch: ticket}}]", "did you mean tickets?"),
        ("motion: {pin: 17, action: {switch: attic}}", "no screen is called attic"),
        (
            "rotation: {screens: [{screen: tickets}, {screen: remote}]}",
            "no screen is called remote",
        ),
        (
            "screens: [{name: redes, kind: tickets}]\n"
            "rotation: {screens: [{screen: tickets}, {screen: rede}]}",
            "did you mean redes? (there are: redes, tickets, projects, dashboard)",
        ),
        (
            "screens: [{name: redes, kind: tickets}]\npanels: [{id: A, screens: [rede]}]",
            "panels[1].screens[1]: no screen is called rede; did you mean redes?",
        ),
        ("panels: [{id: A, screens: [remote]}]", "no screen is called remote"),
        ("panels: [{id: A, screens: [tickets, tickets]}]", "tickets stands twice"),
        ("panels: [{id: A, scale: 1}, {id: A, scale: 1.1}]", "A stands twice"),
        ("panels: [{id: A}]", "write screens, scale or output, too"),
        ("panels: [{id: A, rotate: 90, scale: 1}]", "rotate needs output"),
        ("panels: [{id: A, output: 'HDMI A'}]", "the name of an output, such as HDMI-A-2"),
        ("panels: [{id: A, output: DP-1, rotate: 45}]", "0, 90, 180 or 270"),
        (
            "panels: [{id: A, output: DP-1}, {id: B, output: DP-1}]",
            "panels[2].output: DP-1 has a panel already",
        ),
        ("panels: [{id: ' A', scale: 1}]", "without blanks around it"),
        ("panels: [{id: A, scale: 3}]", "panels[1].scale"),
    ],
)
def test_a_wrong_screen_is_named(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read(tmp_path, text)
    assert why in str(refused.value)


def test_a_screen_that_is_wrong_is_no_reason_to_call_its_users_wrong_too(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        read(
            tmp_path,
            "screens: [{name: redes, kind: tickets, density: tight}]\n"
            "buttons: [{pin: 17, press: {switch: redes}}]",
        )
    assert "density" in str(refused.value)
    assert "no screen is called" not in str(refused.value)
