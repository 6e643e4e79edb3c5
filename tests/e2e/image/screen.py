"""The emulated screen: when the panel is on it, its picture, and the words on it."""

from pathlib import Path

from tests.e2e.image.pi import Pi, until
from tests.e2e.image.seen import Pixels, pixels, read, unread

PICTURES = Path(__file__).parents[3] / "build" / "image"
BROWSER = 1500.0  # seconds for Chromium to start; a Pi takes some ten
# The share of every process in the memory, largest first, and the sum.
MEMORY = """cat /proc/[0-9]*/smaps_rollup 2>/dev/null | awk '/^Pss:/ {sum += $2} END {print sum}' \
  >/tmp/sum; for p in /proc/[0-9]*; do
  pss=$(awk '/^Pss:/ {print int($2 / 1024)}' $p/smaps_rollup 2>/dev/null)
  [ "${pss:-0}" -gt 3 ] && echo "$pss $(tr '\\0' ' ' <$p/cmdline | cut -c1-60)"
done | sort -rn; echo "$(($(cat /tmp/sum) / 1024)) in all"
"""


def wait_for_the_panel(pi: Pi) -> None:
    """Until the Pi's own browser says that it has painted."""

    def painted() -> bool:
        panels = (pi.status() or {"panels": []})["panels"]
        return any(p["address"] == "127.0.0.1" and p["painted"] is not None for p in panels)

    took = until(painted, BROWSER, "the browser has connected and painted", pi, pause=2)
    print(f" the picture came {took:.0f} s after kioskd answered", end="")


def take(pi: Pi, name: str) -> Path:
    """A picture of the screen, kept under its name for whoever wants to look."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    file = PICTURES / f"{name}.png"
    pi.screenshot(file)
    return file


def look(pi: Pi, name: str) -> Pixels:
    return pixels(take(pi, name))


def wait_for_words(
    pi: Pi, name: str, *phrases: str, language: str = "por", limit: float = 300
) -> None:
    """Until each phrase is read off the screen."""
    lacking = list(phrases)

    def told() -> bool:
        words = read(take(pi, name), language)
        lacking[:] = [phrase for phrase in phrases if unread(phrase, words)]
        return not lacking

    try:
        until(told, limit, "the screen says it", pi, pause=3)
    except AssertionError as error:
        raise AssertionError(f"not read off {name}.png: {lacking}") from error
