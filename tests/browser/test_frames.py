"""Frames of the panel in which pages stand: what passes on the way to them, and when they go."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

from kioskd.browser.devtools import Devtools
from kioskd.browser.frames import Frames
from kioskd.browser.tab import Tab, Told

PAGE = Told("carga", "https://a.example/d", "https://a.example", "a.example:443 x", "5160", None)
Then = Callable[[dict[str, Any]], None]


class Pretended(Devtools):
    """A browser whose panel has one frame, called as it was asked to be."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any], str]] = []
        self.then: Then | None = None

    @property
    def panel(self) -> str:
        return "panel"

    def session(self) -> str:
        return "panel's"

    def ask(
        self,
        method: str,
        given: dict[str, Any] | None = None,
        session: str = "",
        patience: float | None = None,
    ) -> Any:
        match method:
            case "Browser.getVersion":
                return {"userAgent": "Shell/1"}
            case "Page.getFrameTree":
                return {"frameTree": {"childFrames": [{"frame": {"id": "F", "name": "carga"}}]}}
        return {}

    def send(
        self, method: str, given: dict[str, Any], session: str, then: Then | None = None
    ) -> None:
        self.sent.append((method, given, session))
        self.then = then


@pytest.fixture
def browser() -> Pretended:
    return Pretended()


@pytest.fixture
def frames(browser: Pretended) -> Frames:
    frames = Frames(browser)
    frames.step()
    return frames


@pytest.fixture
def tab(frames: Frames) -> Tab:
    return frames.make(PAGE, 0.0)


def paused(frame: str, url: str = PAGE.url, **more: Any) -> dict[str, Any]:
    request = {"url": url, "headers": {"Accept": "*/*", "User-Agent": "Shell/1"}}
    given = {"requestId": "R", "request": request, "resourceType": "Document", "frameId": frame}
    return {"method": "Fetch.requestPaused", "sessionId": "panel's", "params": given | more}


def answered(code: int) -> dict[str, Any]:
    names = ("X-Frame-Options", "content-security-policy", "Content-Type")
    headers = [{"name": name, "value": "said"} for name in names]
    return paused("F", responseStatusCode=code, responseHeaders=headers)


def test_who_asks_for_a_page_is_known_at_the_gate_and_the_panel_is_let_alone(
    frames: Frames, browser: Pretended, tab: Tab
) -> None:
    assert frames.heard(paused("F"))
    (method, given, _) = browser.sent.pop()
    assert method == "Fetch.continueRequest"
    assert {"name": "User-Agent", "value": "Shell/1 kioskd/5160"} in given["headers"]
    frames.heard(paused("panel", "http://127.0.0.1:8080/"))
    assert browser.sent.pop() == ("Fetch.continueRequest", {"requestId": "R"}, "panel's")


def test_a_page_leads_nowhere_else_and_not_to_the_panel(
    frames: Frames, browser: Pretended, tab: Tab
) -> None:
    for url in ("https://evil.example/", "http://127.0.0.1:8080/"):
        frames.heard(paused("F", url))
        assert browser.sent.pop()[0] == "Fetch.failRequest"
        assert tab.elsewhere == url.split("/")[2]
    frames.heard(paused("another"))
    assert browser.sent.pop()[0] == "Fetch.failRequest"


def test_what_a_server_says_of_frames_is_left_out_of_its_answer(
    frames: Frames, browser: Pretended, tab: Tab
) -> None:
    frames.heard(answered(502))
    assert browser.sent.pop()[0] == "Fetch.getResponseBody"
    assert browser.then is not None
    browser.then({"result": {"body": "é", "base64Encoded": False}})
    (method, given, _) = browser.sent.pop()
    assert method == "Fetch.fulfillRequest"
    assert given["responseCode"] == 502
    assert given["responseHeaders"] == [{"name": "Content-Type", "value": "said"}]
    assert base64.b64decode(given["body"]).decode() == "é"


def test_a_redirect_is_followed_and_an_answer_that_breaks_off_fails(
    frames: Frames, browser: Pretended, tab: Tab
) -> None:
    frames.heard(answered(302))
    assert browser.sent.pop()[0] == "Fetch.continueRequest"
    frames.heard(answered(200))
    assert browser.then is not None
    browser.then({"error": {"message": "cut off"}})
    assert browser.sent.pop()[0] == "Fetch.failRequest"


def test_its_process_is_looked_after_before_it_runs_and_a_panel_that_loads_anew_takes_it_along(
    frames: Frames, browser: Pretended, tab: Tab
) -> None:
    info = {"targetInfo": {"targetId": "F"}, "sessionId": "frame's"}
    frames.heard({"method": "Target.attachedToTarget", "params": info})
    methods = [method for method, _, _ in browser.sent]
    assert methods.index("Fetch.enable") < methods.index("Runtime.runIfWaitingForDebugger")
    assert tab.session == "frame's"
    gone = {"method": "Page.frameDetached", "params": {"frameId": "F", "reason": "swap"}}
    frames.heard(gone)
    assert not tab.gone
    gone["params"] = {"frameId": "F", "reason": "remove"}
    frames.heard(gone)
    assert tab.gone
