"""Sound cards over HTTP: who may look, who may choose, and what is refused."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from kioskd.config import Role, Server
from kioskd.words import speak
from tests.support.served import Served

Client = TestClient[web.Request, web.Application]
Aiohttp = Callable[[web.Application], Awaitable[Client]]


@pytest.fixture
def wall(tmp_path: Path) -> Served:
    """A Pi with a headphone jack and a television."""
    (tmp_path / "index.html").write_text("<title>panel</title>")
    for number, name in enumerate(("Headphones", "vc4hdmi0")):
        (tmp_path / f"asound/card{number}").mkdir(parents=True)
        (tmp_path / f"asound/card{number}/id").write_text(f"{name}\n")
    return Served(tmp_path, Server(trusted_proxies=("127.0.0.1",)))


def cookie(wall: Served, role: Role) -> dict[str, str]:
    _, secret = wall.access.sessions.make("phone", role)
    return {"Cookie": f"kioskd={secret}"}


async def test_a_phone_lists_the_cards_tries_one_and_keeps_it(
    wall: Served, aiohttp_client: Aiohttp
) -> None:
    speak("pt-BR")
    client, may = await aiohttp_client(wall.web.application()), cookie(wall, "control")
    told = await (await client.get("/api/sound/cards", headers=may)).json()
    assert told["hear"] == "Estou ouvindo"
    assert [(each["id"], each["name"]) for each in told["cards"]] == [
        ("Headphones", "saída de fone"),
        ("vc4hdmi0", "HDMI 1"),
    ]
    wanted = {"card": "vc4hdmi0"}
    told = await (await client.post("/api/sound/try", json=wanted, headers=may)).json()
    assert [each["trying"] for each in told["cards"]] == [False, True]
    told = await (await client.post("/api/sound/use", json=wanted, headers=may)).json()
    assert [(each["trying"], each["chosen"]) for each in told["cards"]] == [
        (False, False),
        (False, True),
    ]
    assert wall.cards.chosen == "vc4hdmi0"


async def test_who_may_only_look_sees_the_cards_and_chooses_none(
    wall: Served, aiohttp_client: Aiohttp
) -> None:
    client, may = await aiohttp_client(wall.web.application()), cookie(wall, "view")
    assert (await client.get("/api/sound/cards", headers=may)).status == 200
    for what in ("try", "use"):
        answer = await client.post(f"/api/sound/{what}", json={"card": "vc4hdmi0"}, headers=may)
        assert answer.status == 403
    assert wall.cards.chosen == ""


@pytest.mark.parametrize("what", ["try", "use"])
@pytest.mark.parametrize("card", ["hdmi", 7, None, ["vc4hdmi0"], "../vc4hdmi0"])
async def test_what_is_no_card_is_refused_by_name(
    wall: Served, aiohttp_client: Aiohttp, what: str, card: object
) -> None:
    client, may = await aiohttp_client(wall.web.application()), cookie(wall, "control")
    answer = await client.post(f"/api/sound/{what}", json={"card": card}, headers=may)
    if (what, card) == ("use", None):  # as with `auto`: none is chosen
        assert answer.status == 200
        return
    assert answer.status == 400
    said = await answer.text()
    assert "there are: Headphones, vc4hdmi0" in said or "`card` must be text" in said
    assert wall.cards.chosen == ""
