"""When something is on the glass: a page's own frames, as Chromium's trace tells them.

``WATCH`` runs in a page before its own scripts. After each change of the document it looks for some
elements, and marks it in the trace when one says something new; so it does with each message and
each key. The trace also has each frame: what changed up to the end of its layout is in it, and it
is on the glass when it is presented. Chromium's clock is ``CLOCK_MONOTONIC``, as
``time.monotonic`` is, so whatever began it is compared with that.
"""

import bisect
import json
import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

CATEGORIES = ["devtools.timeline", "blink.user_timing"]
MARK = re.compile(r"glass (\S+) (\S+) ?(.*)", re.DOTALL)
WATCH = """
(page, elements) => {
  const said = {}
  window.isOnGlass = (what, words) => {
    const place = document.querySelector(elements[what])?.getBoundingClientRect()
    const inSight = place && place.height > 0 && place.top < innerHeight && place.bottom > 0
    return said[what] === words && (words === '' || inSight === true)
  }
  const mark = (what) => performance.mark(`glass ${page} ${what}`)
  const look = () => {
    for (const [what, selector] of Object.entries(elements)) {
      const found = document.querySelector(selector)
      const now = found ? found.dataset.screen ?? found.textContent.trim() : ''
      if (now !== said[what]) mark(`${what} ${said[what] = now}`)
    }
  }
  const every = { subtree: true, childList: true, characterData: true, attributes: true }
  new MutationObserver(look).observe(document, every)
  const Link = window.WebSocket
  window.WebSocket = class extends Link {
    constructor(...given) {
      super(...given)
      this.addEventListener('message', () => mark('heard'))
    }
  }
  const input = (event) => mark(`input ${performance.now() - event.timeStamp}`)
  for (const kind of ['keydown', 'pointerup']) addEventListener(kind, input, true)
}
"""


def watch(page: str, elements: Mapping[str, str]) -> str:
    """The script for a page that is called so in the trace; ``elements``: selectors by name."""
    return f"({WATCH})({json.dumps(page)}, {json.dumps(dict(elements))})"


class Seen(NamedTuple):
    """Seconds on the monotonic clock."""

    heard: float
    """The page got the last message, or key, before it changed."""
    changed: float
    """Its script had changed the document."""
    laid_out: float
    painted: float
    """The frame with it was presented."""


class _Mark(NamedTuple):
    at: float
    said: str
    process: int


class Trace:
    """Chromium's JSON; see ``CATEGORIES``."""

    def __init__(self, written: bytes) -> None:
        self._marks: dict[tuple[str, str], list[_Mark]] = defaultdict(list)
        events = json.loads(written)["traceEvents"]
        for event in events:
            if "user_timing" in event["cat"] and (found := MARK.fullmatch(event["name"])):
                page, what, said = found.groups()
                mark = _Mark(event["ts"] / 1e6, said, event["pid"])
                self._marks[page, what].append(mark)
        for marks in self._marks.values():
            marks.sort()
        self._frames = _frames(events)

    def inputs(self, page: str) -> list[float]:
        """When the browser took in each key or the end of each touch for a page."""
        return [mark.at - float(mark.said) / 1e3 for mark in self._marks[page, "input"]]

    def seen(self, page: str, what: str, said: str | None, since: float) -> Seen:
        """The first time after ``since`` that an element said this, or anything (None). Raises
        ``LookupError`` when it never did, or no frame with it was presented."""
        marks = self._marks[page, what]
        found = next((m for m in marks if m.at >= since and said in (None, m.said)), None)
        if found is None:
            raise LookupError(f"the page {page} never had the {what} {said!r}")
        frames = self._frames[found.process]
        at = bisect.bisect_left(frames, (found.at, 0.0))
        if at == len(frames):
            raise LookupError(f"the page {page} never painted the {what} {said!r}")
        laid_out, painted = frames[at]
        heard = [m.at for m in (*self._marks[page, "heard"], *self._marks[page, "input"])]
        last = max((at for at in heard if since <= at <= found.at), default=found.at)
        return Seen(last, found.at, laid_out, painted)


def _frames(events: list[dict[str, Any]]) -> dict[int, list[tuple[float, float]]]:
    """By process: the end of the layout of each frame that was presented, and when it was."""
    presented = {
        event["args"]["id"]: event["ts"] / 1e6
        for event in events
        if event["name"] == "AnimationFrame::Presentation"
    }
    frames: dict[int, list[tuple[float, float]]] = defaultdict(list)
    building: dict[tuple[int, str], str] = {}
    for event in sorted(events, key=lambda each: int(each.get("ts", 0))):
        track = (event["pid"], event.get("id2", {}).get("local", ""))
        if event["name"] == "AnimationFrame" and event["ph"] == "b":
            building[track] = event["args"]["id"]
        elif event["name"] == "AnimationFrame::StyleAndLayout" and event["ph"] == "e":
            frame = building.get(track, "")
            if frame in presented:
                frames[track[0]].append((event["ts"] / 1e6, presented[frame]))
    return frames
