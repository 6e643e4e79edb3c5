"""Many kiosks in one process, light ones: no daemon around them, and the daemon's own code for the
link, for commands and for what is told. Each has a panel that notes when it got a frame.
"""

import asyncio
import contextlib
import resource
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence

from tests.support.broker import Broker
from tests.support.waiting import PATIENCE, until
from tests.support.walls import WallWithBroker

TOGETHER = 50  # kiosks that come at once: they share one machine, and its threads
HANDLES = 5  # files that one of them has open, and the broker for it


class PanelOfOne:
    """A panel's transport: when a frame with ``wanted`` in it came last."""

    def __init__(self) -> None:
        self.wanted = b""
        self.at: float | None = None

    def expect(self, wanted: bytes) -> None:
        """Forget what was, and look out for this."""
        self.wanted, self.at = wanted, None

    def write(self, data: bytes) -> None:
        if self.at is None and self.wanted and self.wanted in data:
            self.at = time.perf_counter()

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return False

    def abort(self) -> None: ...


class LightKiosk(WallWithBroker):
    """One of them."""

    def __init__(self, broker: Broker, name: str, groups: tuple[str, ...]) -> None:
        super().__init__(broker.settings(name, groups=groups), name)
        self.seen = PanelOfOne()
        self.panel.transport = self.seen

    @property
    def proved(self) -> bool:
        """Whether its link stands, and it may speak and hear there."""
        link = self.fleet._link
        return link is not None and self.fleet.connected and link.proved

    @property
    def speaks(self) -> bool:
        """Whether something still waits to be said."""
        link = self.fleet._link
        return link is not None and bool(link._waiting)


def names(count: int) -> list[str]:
    return [f"Wall-{number}" for number in range(count)]


def allow_files(kiosks: int) -> None:
    """Let this process, and the broker that it starts, open so many files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = HANDLES * kiosks + 1000
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise OSError(f"{kiosks} kiosks need {wanted} open files; ulimit -Hn allows {hard}")
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@contextlib.asynccontextmanager
async def running(
    broker: Broker, all_names: Sequence[str], groups: Mapping[str, tuple[str, ...]]
) -> AsyncIterator[list[LightKiosk]]:
    """These kiosks, each in its ``groups``, connected; until the end of the block."""
    made = [LightKiosk(broker, name, groups.get(name, ())) for name in all_names]
    ticking = asyncio.create_task(_tick(made))
    try:
        for at in range(0, len(made), TOGETHER):
            some = made[at : at + TOGETHER]
            for kiosk in some:
                kiosk.fleet.start()
            await all_proved(some)
        yield made
    finally:
        ticking.cancel()
        ending = [ticking] + [task for kiosk in made for task in kiosk.fleet.stop()]
        await asyncio.gather(*ending, return_exceptions=True)


async def all_proved(kiosks: Iterable[LightKiosk], patience: float = PATIENCE) -> None:
    """Until all of them have a link that stands."""
    waiting = list(kiosks)

    def done() -> bool:
        while waiting and waiting[-1].proved:
            waiting.pop()
        return not waiting

    await until(done, "every kiosk is connected", patience)


async def _tick(kiosks: Sequence[LightKiosk]) -> None:
    """Each once a second, as a daemon does; not all in one moment."""
    while True:
        for kiosk in kiosks:
            kiosk.on_broker.tick()
            await asyncio.sleep(1 / len(kiosks))
