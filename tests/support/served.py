"""The core with the server before it, in the running loop."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

from kioskd.audio.cards import Cards
from kioskd.audio.player import Player
from kioskd.config import AnySource, Config, Kiosk, Server
from kioskd.core.outputs import Outputs
from kioskd.core.pages import Pages
from kioskd.core.status import DisplayStatus
from kioskd.fleet.others import OtherKiosks
from kioskd.gpio.buttons import Buttons
from kioskd.host import offered
from kioskd.host.screenshot import Screenshots
from kioskd.sources.webhook.hooks import Hooks
from kioskd.web.access import Access
from kioskd.web.page_api import PageApi
from kioskd.web.server import Web
from kioskd.web.sound_api import SoundApi
from tests.support.kiosk import Wall


class Served(Wall):
    def __init__(self, folder: Path, server: Server, sources: Iterable[AnySource] = ()) -> None:
        super().__init__(later=_later, server=server, kiosk=Kiosk(id="Kiosk-T"))
        self.hub.detach(self.panel)  # the panels come through the server
        watch = Buttons(self.config, self.core.perform, lambda: None).watch
        self.hooks = Hooks(self.core.ingest, self.kept, self.faults.say)
        self.hooks.configure(sources)
        self.access = Access(server, None, self.faults.say)
        self.player = Player(self.config.sound, "en", lambda: None)
        self.cards = Cards(self.config.sound, self.player, lambda: None, folder / "asound")
        self.web = Web(
            server,
            self.core,
            self.alerting,
            self.kept,
            self.notices,
            self.reporter,
            self.hub,
            watch,
            self.hooks,
            Screenshots(lambda: DisplayStatus("on")).take,
            OtherKiosks(Config()),
            lambda digest, name: offered.find(digest, name, folder / "offer"),
            development=False,
            access=self.access,
            alive=lambda: True,
            folder=folder,
            page_api=PageApi(Pages(self.config, self.faults), lambda page: None),
            sound_api=SoundApi(self.cards),
            outputs=Outputs(self.config, self.faults),
        )


def _later(seconds: float, call: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_later(seconds, call)
