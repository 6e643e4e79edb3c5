"""The states of a wall that are looked at, and how a house gets there."""

import re

from playwright.sync_api import Page, expect

from tests.support import stories
from tests.support.house import House

STATES = (
    "tickets",
    "projects",
    "dashboard",
    "remote",
    "empty",
    "banners",
    "critical",
    "lost",
    "test",
    "strip",
    "full",
)


def bring_to(house: House, page: Page, state: str) -> None:
    expect(page.locator(".body .row").first).to_be_visible()
    if state in ("projects", "dashboard", "remote"):
        house.upstream.say(stories.switch(state))
        expect(page.locator(f".{state}").first).to_be_visible()
    elif state == "empty":
        house.upstream.say(stories.tickets(0))
        expect(page.locator("main")).to_contain_text("Nenhum chamado aberto")
    elif state == "banners":
        for number, severity in enumerate(("high", "medium", "low", "high", "odd")):
            title = "Erro 500 no portal do colaborador ao anexar comprovantes de reembolso"
            house.upstream.say(stories.alert("new_ticket", f"1000{number}", title, severity))
        expect(page.locator(".waiting")).to_be_visible()
    elif state == "critical":
        for number in range(5):
            title = "Servidor principal fora do ar: nenhuma filial consegue emitir nota fiscal"
            house.upstream.say(stories.alert("critical", f"1000{number}", title, "critical"))
        expect(page.locator(".kind .count")).to_have_text(re.compile("^1 (de|of) 5$"))
    elif state == "lost":
        house.daemon.kill()
        expect(page.locator("main.dimmed")).to_be_visible()
    elif state in ("strip", "full"):
        text = "Manutenção do ERP hoje às 18:00: salvem o que estiver aberto até as 17:45."
        house.daemon.ask("/api/notice", {"text": text, "look": state})
        expect(page.locator(".strip, .told")).to_be_visible()
    elif state == "test":
        page.locator(".bug").click()
        expect(page.locator(".test")).to_be_visible()
    page.evaluate("Promise.all(document.getAnimations().map((motion) => motion.finished))")
