"""Which scripts on the wall need a font of the machine."""

import json
import time

import msgspec
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
        return list(wall.reporter.status(scripts=True).scripts)

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


@pytest.mark.parametrize(
    ("title", "scripts"),
    [
        (r"\u6253\u5370\u673a", ["CJK"]),
        (r"\ud840\udc00 \u0e01", ["CJK", "THAI"]),
        (r"C:\\u6253 \" \n", []),  # a backslash, and no escape
        (r"\ud840 \u00e9", []),  # half of a letter
    ],
)
def test_a_letter_is_found_as_its_sender_wrote_it(title: str, scripts: list[str]) -> None:
    wall = Wall()
    row = msgspec.json.encode(ticket("1", "low") | {"title": "TITLE"})
    frame = b'{"type": "tickets_update", "data": [' + row + b"]}"
    wall.core.ingest(
        msgspec.structs.replace(
            update(tickets(ticket("1", "low"))), frame=frame.replace(b"TITLE", title.encode())
        )
    )
    assert list(wall.reporter.status(scripts=True).scripts) == scripts


@pytest.mark.parametrize("ascii_only", [False, True])
def test_no_list_holds_the_wall_up_for_it(ascii_only: bool) -> None:
    wall = Wall()
    rows = [ticket(str(each), "low") | {"title": "打印机 อักษร não"} for each in range(12_000)]
    content = json.loads(tickets(*rows))
    frame = json.dumps(content, ensure_ascii=ascii_only).encode()
    assert len(frame) > 1_500_000
    wall.core.ingest(msgspec.structs.replace(update(tickets(rows[0])), frame=frame))
    began = time.thread_time()
    assert wall.reporter.status().scripts == {}  # nobody asked for them
    assert list(wall.reporter.status(scripts=True).scripts) == ["CJK", "THAI"]
    assert time.thread_time() - began < 0.1  # seconds of this thread, however loaded the machine
