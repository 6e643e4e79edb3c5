"""Several kioskd processes that the fleet updates: real ones, on a real broker, with a real package
from a web server. What root's unit does on a machine of its own (``kioskd update``, systemd and
dpkg) ``Root`` does here: it verifies the release's signature, and starts the kiosk as that version.
"""

import sys
import threading
from pathlib import Path

from kioskd.host import offered
from kioskd.host.signature import SignatureError, verify
from tests.support.fleet_of import FleetOf, Pushed
from tests.support.process import Process
from tests.support.shelf import Shelf, package
from tests.support.signing import Signer

OTHER_ROOT = Path(__file__).with_name("other_root.py")
OLD, NEW = "1.0", "2.0"
LOOKING = 0.05  # seconds


class Root:
    """Takes what a kiosk hands over. ``ill``: the new version does not become healthy there;
    ``blind``: it does, and has its source no more. While ``judged`` is not set, it is on trial.
    """

    def __init__(self, kiosk: Process, place: Path, release: Signer) -> None:
        self.ill = self.blind = False
        self.judged = threading.Event()
        self.judged.set()
        self.took = 0
        self._kiosk = kiosk
        self._place = place
        self._key = release.public
        self._box = kiosk.folder / "state/update"
        self._ready = self._box / "ready"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self.judged.set()
        self._thread.join()

    def _run(self) -> None:
        """As ``kioskd-fleet-update.path`` does: whenever ``ready`` is another."""
        seen = 0
        while not self._stop.wait(LOOKING):
            now = self._ready.stat().st_mtime_ns if self._ready.exists() else seen
            if now != seen:
                seen = now
                self.took += 1
                said = self._install()
                self.judged.wait()
                self._say(said)

    def _install(self) -> str:
        file = self._box / "kioskd.deb"
        try:
            verify(file, self._box / "kioskd.deb.minisig", self._key)
        except SignatureError as error:
            return f"failed\n{error}"
        if self.ill:
            return f"failed\n{NEW} did not become healthy; {OLD} is back and healthy"
        self._kiosk.stop()
        self._kiosk.inside = inside(self._place, NEW)
        if self.blind:
            file = self._kiosk.config
            nobody = "{kind: rest, url: 'http://127.0.0.1:9/'}"
            file.write_text(file.read_text().replace("{kind: demo}", nobody))
        self._kiosk.start()
        return f"ok\n{NEW} runs and is healthy"

    def _say(self, said: str) -> None:
        written = self._place / "new"
        written.write_text(said)
        written.replace(self._place / "result")


class UpdatedOf(FleetOf):
    """``roots`` by the kiosk's name; ``shelf`` has the package."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.release = Signer(folder, "release")
        self.shelf = Shelf(folder / "shelf", folder / "broker.crt", folder / "broker.key")
        self.package = package(self.shelf.folder, NEW, self.release)
        self.roots: dict[str, Root] = {}

    def install(self, name: str, allowed: bool = True) -> None:
        """Start a kiosk of the old version; ``allowed``: an administrator lets it be updated."""
        place = self.folder / f"root-{name}"
        place.mkdir()
        if allowed:
            (place / "enabled").symlink_to("/usr/lib/systemd/system/kioskd-fleet-update.path")
        pair = f", certificate: {self.folder}/broker.crt, key: {self.folder}/broker.key"
        kiosk = self.add(name, inside=inside(place, OLD), server=pair)
        self.roots[name] = Root(kiosk, place, self.release)

    def update(self, *words: str) -> Pushed:
        return self.run(*self.words(*words))

    def offer(self, name: str) -> str:
        """Let a kiosk offer the package; its address there."""
        signature = self.package.with_name(f"{self.package.name}.minisig")
        digest = offered.offer(self.package, signature, self.folder / f"root-{name}" / "offer")
        return f"https://localhost:{self.kiosks[name].port}/packages/{digest}/kioskd.deb"

    def words(self, *more: str, url: str = "") -> list[str]:
        """The command's, for all kiosks."""
        url = url or self.shelf.url(self.package)
        return ["update", str(self.package), "--url", url, "--all", *more]

    def versions(self) -> dict[str, str]:
        return {name: self.status(name)["version"] for name in self.kiosks}

    def close(self) -> None:
        for root in self.roots.values():
            root.close()
        self.shelf.close()
        super().close()


def inside(place: Path, version: str) -> tuple[str, ...]:
    return (sys.executable, str(OTHER_ROOT), str(place), version)
