"""sway as far as kioskd talks to it: its two sockets, its outputs, and what it is told to do."""

import json
import sys
from pathlib import Path
from typing import Any

# Run in sway's place. Its outputs and workspaces are read from files of the test; what it is told
# is written to another, and a workspace then is where it was told.
PROGRAM = f"""#!{sys.executable}
import json, os, re, socket, struct
from pathlib import Path
if os.sys.argv[1:] == ["--version"]:
    print("sway version 1.10")
    raise SystemExit
place = Path({{place!r}})
(place / "config").write_text(Path(os.sys.argv[-1]).read_text())
display = socket.socket(socket.AF_UNIX)
display.bind(os.environ["XDG_RUNTIME_DIR"] + "/wayland-1")
ear = socket.socket(socket.AF_UNIX)
ear.bind(os.environ["SWAYSOCK"])
ear.listen()
while True:
    link, _ = ear.accept()
    head = link.recv(14, socket.MSG_WAITALL)
    _, length, kind = struct.unpack("=6sII", head)
    said = link.recv(length, socket.MSG_WAITALL).decode() if length else ""
    if kind == 0:
        with (place / "told").open("a") as told:
            told.write(said + "\\n")
        answer = [{{{{"success": True}}}}]
    else:
        name = "workspaces" if kind == 1 else "outputs"
        answer = json.loads((place / name).read_text())
    body = json.dumps(answer).encode()
    link.sendall(struct.pack("=6sII", b"i3-ipc", len(body), kind) + body)
    link.close()
"""


class PlayedSway:
    """``folder``: where its program, called sway, comes to stand; ``place``: its files."""

    def __init__(self, folder: Path, place: Path) -> None:
        self._place = place
        place.mkdir()
        self.outputs()
        self.workspaces()
        (folder / "sway").write_text(PROGRAM.format(place=str(place)))
        (folder / "sway").chmod(0o755)

    def outputs(self, *found: dict[str, Any]) -> None:
        """These are connected from now on: see ``output``."""
        self._write("outputs", [*found])

    def workspaces(self, **found: tuple[str, bool]) -> None:
        """These are there: the output of each, and whether it is seen; the first has the focus."""
        said = [
            {"name": name.replace("_", "-"), "output": output, "visible": seen, "focused": not at}
            for at, (name, (output, seen)) in enumerate(found.items())
        ]
        self._write("workspaces", said)

    @property
    def config(self) -> str:
        return (self._place / "config").read_text()

    @property
    def told(self) -> list[str]:
        """Each line of commands, oldest first."""
        file = self._place / "told"
        return file.read_text().splitlines() if file.exists() else []

    def _write(self, name: str, what: object) -> None:
        (self._place / f"{name}.new").write_text(json.dumps(what))
        (self._place / f"{name}.new").rename(self._place / name)


def output(name: str, active: bool = True, transform: str = "normal") -> dict[str, Any]:
    """One output, as ``swaymsg -t get_outputs`` prints it."""
    rect = {"x": 0, "y": 0, "width": 1280, "height": 720}
    return {"name": name, "active": active, "transform": transform, "rect": rect}
