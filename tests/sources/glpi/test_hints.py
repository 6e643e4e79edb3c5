"""GLPI 11's own webhooks: a hint to look now, where GLPI is a source; an alert where it is not."""

from pathlib import Path
from typing import Any

import pytest

from kioskd.config import Demo, Glpi, View, Webhook
from kioskd.core.messages import Message
from kioskd.sources.webhook.hooks import Hooks

SECRET = "s3cret-s3cret-s3cret-s3cret-s3cret-s3cret"
GLPI = Glpi(url="http://glpi.example/apirest.php", user_token_file="/etc/kioskd/glpi-user")
NEW = b'{"item": {"id": 70, "name": "Rede fora", "priority": 6}, "event": "new"}'


async def kept() -> bool:
    return True


class Posted:
    """A hook of GLPI's, and what its posts led to."""

    def __init__(self, folder: Path, *sources: Any) -> None:
        file = folder / "hook"
        file.write_text(SECRET)
        hook = Webhook(name="glpi-now", preset="glpi", token_file=str(file))
        self.ingested: list[Message] = []
        self.hints: list[View] = []
        self.hooks = Hooks(
            lambda message, origin, source: self.ingested.append(message),
            kept,
            lambda part, fault, code: None,
            self.hints.append,
        )
        self.hooks.configure((*sources, hook))


@pytest.mark.parametrize("body", [NEW, b"<p>a template of somebody's own</p>"])
async def test_a_post_has_glpi_asked_at_once_and_raises_nothing_itself(
    body: bytes, tmp_path: Path
) -> None:
    posted = Posted(tmp_path, GLPI)
    answer = await posted.hooks.receive("glpi-now", {}, body)
    assert (answer.status, posted.hints, posted.ingested) == (200, ["tickets"], [])


async def test_without_glpi_as_a_source_the_post_is_the_alert(tmp_path: Path) -> None:
    posted = Posted(tmp_path, Demo())
    await posted.hooks.receive("glpi-now", {}, NEW)
    assert posted.hints == []
    assert len(posted.ingested) == 1
