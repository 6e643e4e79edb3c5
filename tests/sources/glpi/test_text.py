"""Texts as somebody typed them, against the ones that a real 10.0.19 decoded itself."""

import pytest

from kioskd.sources.glpi.text import described, typed
from tests.support.glpi_replay import recorded

# A list that is asked with the header X-GLPI-Sanitized-Content: false is decoded by GLPI itself.
PAIRS = (
    ("15-Ticket-49", "15-Ticket-49-raw-header"),
    ("15-Ticket-63-encoded-title", "15-Ticket-63-encoded-title-raw-header"),
)


@pytest.mark.parametrize(("stored", "decoded"), PAIRS)
def test_what_kioskd_decodes_is_what_glpi_itself_would_have(stored: str, decoded: str) -> None:
    ours, theirs = recorded(stored), recorded(decoded)
    for name in ("name", "content"):
        assert ours[name] != theirs[name]
        assert typed(ours[name], 10) == theirs[name]


def test_a_description_has_no_tags_and_keeps_what_was_typed_as_one() -> None:
    said = described(recorded("15-Ticket-49")["content"], 10)
    assert "Texto <b>escapado</b>" in said
    assert "<p>" not in said
