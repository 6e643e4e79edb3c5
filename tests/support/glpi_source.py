"""kioskd's GLPI source under test: its messages as they come, against a played GLPI."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kioskd.config import Glpi, Language
from kioskd.config.scalars import Duration
from kioskd.core.messages import Alert, Failed, Message, Update
from kioskd.sources import Context, opener
from tests.support.glpi_replay import PlayedGlpi

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
PATIENCE = 120.0  # seconds until a test gives up on what should come: a busy machine is slow


class Heard:
    """What a source said so far; ``until`` waits for what is yet to come."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.messages: list[Message] = []
        self.error: Exception | None = None
        self._came = asyncio.Condition()

    async def take(self, message: Message) -> None:
        async with self._came:
            self.messages.append(message)
            self._came.notify_all()

    async def fail(self, error: Exception) -> None:
        async with self._came:
            self.error = error
            self._came.notify_all()

    async def until(self, done: Callable[["Heard"], Any]) -> Any:
        """What ``done`` gives, as soon as it is something."""
        async with asyncio.timeout(PATIENCE), self._came:
            while not (found := done(self)):
                if self.error is not None:
                    raise self.error
                await self._came.wait()
            return found

    async def more(self, count: int = 1) -> None:
        """Wait for so many more messages."""
        wanted = len(self.messages) + count
        await self.until(lambda heard: len(heard.messages) >= wanted)

    def of(self, view: str) -> Any:
        """The last update of a view, as JSON; None while there is none."""
        found = [m for m in self.messages if isinstance(m, Update) and m.view == view]
        return json.loads(found[-1].frame) if found else None

    async def view(self, view: str) -> Any:
        return await self.until(lambda heard: heard.of(view))

    def ticket(self, identity: int) -> Any:
        rows = (self.of("tickets") or {"data": []})["data"]
        return next((row for row in rows if row["id"] == str(identity)), None)

    @property
    def alerts(self) -> list[Alert]:
        return [message for message in self.messages if isinstance(message, Alert)]

    def fault(self, view: str) -> Any:
        found = [m for m in self.messages if isinstance(m, Failed) and m.view == view]
        return found[-1].fault if found else None


@contextlib.asynccontextmanager
async def listening(
    glpi: PlayedGlpi,
    folder: Path,
    language: Language = "pt-BR",
    context: Context | None = None,
    **settings: Any,
) -> AsyncIterator[Heard]:
    """A source that listens to ``glpi``, which it starts and stops."""
    url = await glpi.start()
    made = source_of(url, glpi, folder, **settings)
    context = context or Context("Kiosk-T", language=language, zone=SAO_PAULO)
    try:
        async with hearing(made, context) as heard:
            yield heard
    finally:
        await glpi.close()


@contextlib.asynccontextmanager
async def hearing(made: Glpi, context: Context) -> AsyncIterator[Heard]:
    """A source with these settings, whatever GLPI it listens to."""
    heard = Heard(context)

    async def listen() -> None:
        try:
            async with aclosing(opener("glpi")(made, heard.context)) as messages:
                async for message in messages:
                    await heard.take(message)
        except Exception as error:
            await heard.fail(error)

    task = asyncio.create_task(listen())
    try:
        yield heard
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def source_of(url: str, glpi: PlayedGlpi, folder: Path, **given: Any) -> Glpi:
    """Settings that fit a played GLPI; it is looked at ten times a second."""
    user, app = folder / "glpi-user", folder / "glpi-app"
    user.write_text(glpi.user_token)
    app.write_text(glpi.app_token)
    settings: dict[str, Any] = {"check": Duration(0.1), "user_token_file": str(user)} | given
    return Glpi(url=settings.pop("url", url), app_token_file=str(app), **settings)
