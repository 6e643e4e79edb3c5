"""What is seen of a page and of its requests, and what follows from it."""

from pathlib import Path
from typing import Any

import pytest

from kioskd.browser import pages
from kioskd.browser.pages import Pages, read
from kioskd.browser.programs import Way
from kioskd.browser.tab import OPENS, Tab, Told, Verdict, passed
from tests.support.pretended_tabs import PretendedTabs

DOOR = "a.example:443 127.0.0.1:8082"
PAGE = Told("carga", "https://a.example/d/x", "https://a.example", DOOR, "5160", None)
WAY = Way(8081, 8080, "k=", (DOOR,))
WELL = {
    "blank": False,
    "error": "",
    "path": "/d/x",
    "born": 5.0,
    "status": 200,
    "painted": True,
    "login": False,
    "content": True,
}
WRITTEN = (
    '{"port": 8081, "panel": 8080, "spki": "k=", "pages": [{"name": "%s",'
    ' "url": "https://a.example/d/x", "origin": "https://a.example",'
    f' "door": "{DOOR}", "sign": "", "reload": null}}]}}'
)


@pytest.mark.parametrize(
    ("seen", "after", "verdict"),
    [
        (WELL, 1.0, Verdict(well=True)),
        (WELL | {"painted": False}, 1.0, Verdict()),
        (WELL | {"painted": False}, OPENS, Verdict(code="blank")),
        (None, 1.0, Verdict()),
        (None, OPENS, Verdict(code="dead")),
        (
            WELL | {"error": "ERR_NAME_NOT_RESOLVED"},
            1.0,
            Verdict(False, "dead", "ERR_NAME_NOT_RESOLVED"),
        ),
        (WELL | {"status": 503}, 1.0, Verdict(code="dead", detail="HTTP 503")),
        (WELL | {"status": 403}, 1.0, Verdict(code="login", detail="HTTP 403")),
        (WELL | {"path": "/login"}, 1.0, Verdict(code="login", detail="/login")),
        (WELL | {"path": "/realms/sso/x"}, 1.0, Verdict(code="login", detail="/realms/sso/x")),
    ],
)
def test_a_page_is_shown_once_it_has_painted_and_never_when_it_can_not_be(
    seen: dict[str, Any] | None, after: float, verdict: Verdict
) -> None:
    assert Tab(PAGE, "T", "S", 100.0).judge(seen, 100.0 + after) == verdict


def test_after_a_reload_the_page_of_before_proves_nothing() -> None:
    tab = Tab(PAGE, "T", "S", 0.0)
    assert tab.judge(WELL, 1.0).well
    tab.loads_again(10.0)
    assert tab.judge(WELL, 11.0) == Verdict()
    assert tab.judge(WELL | {"born": 10.5}, 12.0).well


def test_a_page_that_is_seen_may_be_odd_once_and_not_twice() -> None:
    tab = Tab(PAGE, "T", "S", 0.0)
    assert tab.judge(WELL, 1.0).well
    assert tab.judge(None, 2.0).well
    assert tab.judge(WELL, 3.0).well
    assert tab.judge(WELL | {"content": False}, 4.0).well
    assert tab.judge(WELL | {"content": False}, 5.0).code == "blank"


def paused(url: str, kind: str = "Image") -> dict[str, Any]:
    return {"requestId": "R", "request": {"url": url}, "resourceType": kind, "frameId": "T"}


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example.evil/",
        "https://evil@a.example/",
        "https://a.example:8443/",
        "http://a.example/",
        "http://127.0.0.1:8080/api/status",
        "https://a.example#@evil/",
        "https://evil?https://a.example",
    ],
)
def test_a_request_to_another_place_is_refused(url: str) -> None:
    tab = Tab(PAGE, "T", "S", 0.0)
    method, _ = passed(paused(url), tab)
    allowed = url == "https://a.example#@evil/"  # which is the page's own host, and a fragment
    assert method == ("Fetch.continueRequest" if allowed else "Fetch.failRequest")
    assert tab.elsewhere == ""


def test_where_it_leads_is_remembered() -> None:
    tab = Tab(PAGE, "T", "S", 0.0)
    assert passed(paused("https://a.example/api"), tab)[0] == "Fetch.continueRequest"
    passed(paused("https://idp.example/authorize?x", "Document"), tab)
    assert tab.judge(WELL, 1.0) == Verdict(code="elsewhere", detail="idp.example")


@pytest.mark.parametrize("written", ["", "{", "[]", '{"port": 1, "pages": [{"name": "x"}]}'])
def test_what_can_not_be_read_is_no_page(written: str) -> None:
    assert read(written) == (None, {})


def test_a_page_that_nobody_sees_is_closed_while_memory_is_short_and_opened_for_its_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MEMORY", tmp_path / "meminfo")
    (tmp_path / "meminfo").write_text("MemTotal: 900000 kB\nMemAvailable: 500000 kB\n")
    tabs = PretendedTabs(WELL)
    shown = Pages(tabs, WAY, True)
    assert shown.take(WRITTEN % "carga")
    shown.step(1.0, True)
    assert tabs.open == ["carga-tab"]
    tabs.wanted = "carga"
    shown.step(3.0, True)
    assert tabs.active == "carga-tab"
    (tmp_path / "meminfo").write_text("MemTotal: 900000 kB\nMemAvailable: 90000 kB\n")
    shown.step(5.0, True)
    assert tabs.open == ["carga-tab"]  # it is seen
    tabs.wanted = ""
    shown.step(7.0, True)
    assert (tabs.open, tabs.active) == ([], "panel")
    tabs.wanted = "carga"
    shown.step(9.0, True)
    assert (tabs.open, tabs.active) == (["carga-tab"], "carga-tab")


def test_a_browser_that_was_started_without_a_way_to_the_pages_must_be_started_anew() -> None:
    shown = Pages(PretendedTabs(WELL), None, True)
    assert shown.take("")
    assert not shown.take(WRITTEN % "carga")


def test_chromium_shell_says_that_it_shows_no_page_of_the_panel_s_own_address() -> None:
    shown = Pages(PretendedTabs(WELL), WAY, tabs=False)
    assert shown.take((WRITTEN % "carga").replace("https://a.example", "http://127.0.0.1:3000"))
    assert list(shown.news.take()) == [("carga", "browser", "")]
    assert list(shown.news.take()) == []
    shown.news.tell_again()
    assert list(shown.news.take()) == [("carga", "browser", "")]
