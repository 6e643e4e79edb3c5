"""A Chromium of tabs alone: which are open, and which is before the others."""

from collections.abc import Callable
from typing import Any

from kioskd.browser.devtools import Devtools


class PretendedTabs(Devtools):
    """Each page that is asked looks like ``looks``; the panel wants the page ``wanted``."""

    def __init__(self, looks: dict[str, Any]) -> None:
        self.looks = looks
        self.wanted = ""
        self.open: list[str] = []
        self.active = "panel"
        self.others: set[str] = set()
        self.front = ""

    @property
    def panel(self) -> str:
        return "panel"

    def session(self) -> str:
        return "panel"

    def attach(self, target: str) -> str:
        return target

    def pages(self) -> list[str]:
        return ["panel", *self.open]

    def send(
        self,
        method: str,
        given: dict[str, Any],
        session: str,
        then: Callable[[dict[str, Any]], None] | None = None,
    ) -> None:
        pass

    def ask(
        self,
        method: str,
        given: dict[str, Any] | None = None,
        session: str = "",
        patience: float | None = None,
    ) -> Any:
        asked = given or {}
        match method:
            case "Target.createTarget":
                self.open.append("carga-tab")
                return {"targetId": "carga-tab"}
            case "Target.closeTarget":
                self.open.remove(asked["targetId"])
            case "Target.activateTarget":
                self.active = asked["targetId"]
            case "Runtime.evaluate":
                return {"result": {"value": self.wanted if session == "panel" else self.looks}}
        return {}
