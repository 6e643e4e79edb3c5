"""What asks only for what changed, and how much of an answer is taken."""

from collections.abc import AsyncIterator

import pytest

from kioskd.core.conditional import Validators, bounded, validators


class Body:
    """Comes in parts, and counts those that were asked for."""

    def __init__(self, *parts: bytes) -> None:
        self._parts = parts
        self.asked = 0

    async def iter_chunked(self, n: int) -> AsyncIterator[bytes]:
        for part in self._parts:
            self.asked += 1
            yield part


def test_the_next_request_names_what_the_answer_said_of_itself_and_no_more() -> None:
    said = {"ETag": '"7"', "Last-Modified": "Fri, 27 Nov 2026 06:00:00 GMT"}
    assert validators(said).headers() == {
        "If-None-Match": '"7"',
        "If-Modified-Since": "Fri, 27 Nov 2026 06:00:00 GMT",
    }
    assert validators({"ETag": '"7"'}).headers() == {"If-None-Match": '"7"'}
    assert validators({}).headers() == {}
    assert not Validators()


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ((), b""),
        ((b"ab", b"cd"), b"abcd"),
        ((b"ab", b"cde", b"f"), None),
    ],
)
async def test_a_body_is_taken_up_to_its_bound(
    parts: tuple[bytes, ...], found: bytes | None
) -> None:
    body = Body(*parts)
    assert await bounded(body, 4) == found
    assert body.asked == min(2, len(parts))
