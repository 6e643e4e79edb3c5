"""What other kiosks tell of themselves is taken as far as it can be true."""

import json

from kioskd.fleet.census import LARGEST, MOST, Census
from kioskd.fleet.wire import Incoming


def told(census: Census, kiosk: str, part: str, payload: bytes) -> None:
    census.take(Incoming(f"kioskd/{kiosk}/{part}", payload, True))


def test_what_one_tells_and_how_many_tell_is_bounded() -> None:
    census = Census()
    told(census, "A", "availability", b"online")
    told(census, "A", "screen", json.dumps({"screen": "x" * LARGEST}).encode())
    told(census, "B", "screen", b"x" * LARGEST + b"x")
    (seen,) = census.kiosks()
    assert (seen.kiosk, seen.online, seen.screen) == ("A", True, None)
    for number in range(MOST + 5):
        told(census, f"K{number}", "availability", b"online")
    assert len(census.kiosks()) == MOST


def test_what_can_not_be_read_leaves_what_was_known() -> None:
    census = Census()
    told(census, "A", "screen", b'{"screen": "tickets"}')
    for wrong in (b"", b"\xff", b"[" * 50_000, b'{"screen": 1}', b"null"):
        told(census, "A", "screen", wrong)
    assert [seen.screen for seen in census.kiosks()] == ["tickets"]
