"""Which scripts on the wall need a font of the machine."""

import pytest

from kioskd.config import Kiosk, NoticeScreen
from kioskd.core.actor import Actor
from kioskd.core.scripts import scripts_of
from tests.support.frames import tickets, update
from tests.support.kiosk import Wall, ticket


@pytest.mark.parametrize(
    ("text", "scripts"),
    [
        ("Impressão, naïve, Ắ, Łódź, ꞌ, 10 €", []),
        ("Привет γειά שלום سلام", []),  # the panel brings these
        ("😀 ⚠ → ½ ①  \u200f\ufeff", []),
        ("เครื่องพิมพ์", ["THAI"]),
        ("प्रिंटर", ["DEVANAGARI"]),
        ("打印机", ["CJK"]),
        ("プリンター ひらがな", ["HIRAGANA", "KATAKANA"]),
        ("프린터", ["HANGUL"]),
        ("𠀀 საქართველო", ["CJK", "GEORGIAN"]),
    ],
)
def test_a_script_that_the_panel_has_no_letters_for_is_known_by_its_name(
    text: str, scripts: list[str]
) -> None:
    found = scripts_of(text)
    assert sorted(found) == scripts
    assert all(letter in text for letter in found.values())


def test_it_is_found_wherever_a_text_comes_from() -> None:
    def found(wall: Wall) -> list[str]:
        return list(wall.reporter.status().scripts)

    assert found(Wall(kiosk=Kiosk(id="K", name="サポート"))) == ["KATAKANA"]
    assert found(Wall(screens=(NoticeScreen(name="a", text="ก"),))) == ["THAI"]
    wall = Wall()
    assert found(wall) == []
    wall.core.ingest(update(tickets(ticket("1", "low") | {"title": "打印机"})))
    assert found(wall) == ["CJK"]
    wall.core.notice("ก", Actor("cli"))
    wall.core.alert("high", "हि")
    assert found(wall) == ["CJK", "DEVANAGARI", "THAI"]
    wall.core.ingest(update(tickets(ticket("1", "low"))))
    assert found(wall) == ["DEVANAGARI", "THAI"]
