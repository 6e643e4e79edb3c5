"""A played GLPI on a thread of its own, for tests whose kioskd is a process."""

import asyncio
import threading
from pathlib import Path

from tests.support.glpi_replay import PlayedGlpi


class GlpiThread:
    """``glpi`` may be changed from the test's thread: each change is one step."""

    def __init__(self, glpi: PlayedGlpi) -> None:
        self.glpi = glpi
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.url = asyncio.run_coroutine_threadsafe(glpi.start(), self._loop).result(10)

    def sections(self, folder: Path, more: str = "") -> str:
        """The configuration of a kioskd that shows it; the secrets lie in ``folder``."""
        user, app = folder / "glpi-user", folder / "glpi-app"
        user.write_text(self.glpi.user_token)
        app.write_text(self.glpi.app_token)
        keys = f"kind: glpi, url: '{self.url}', user_token_file: '{user}', app_token_file: '{app}'"
        return f"sources:\n  - {{{keys}, check: 200ms, {more}}}\n"

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self.glpi.close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
