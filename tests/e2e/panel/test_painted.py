"""How the bench tells when something is on the glass (``benchmarks/painted.py``)."""

import json
import time

import pytest
from playwright.sync_api import Browser, Page

from benchmarks.painted import CATEGORIES, Trace, watch

CHANGE = """([words, block]) => {
  document.getElementById('words').textContent = words
  if (block > 0) requestAnimationFrame(() => {
    for (const end = performance.now() + block; performance.now() < end;);
  })
}"""
PICTURES = """() => new Promise((done) => {
  let left = 10
  const next = () => (left-- > 0 ? requestAnimationFrame(next) : done())
  next()
})"""
TYPED = "addEventListener('keydown', (event) => { words.textContent = event.key })"


def opened(browser: Browser) -> Page:
    page = browser.new_context().new_page()
    page.add_init_script(watch("page", {"words": "#words"}))
    page.goto("data:text/html,<p id=words>none</p>")
    return page


def test_a_page_that_stands_still_before_its_picture_is_painted_so_much_later(
    chromium: Browser,
) -> None:
    page = opened(chromium)
    chromium.start_tracing(categories=CATEGORIES)
    asked = []
    for words, block in (("first", 0), ("second", 200), ("third", 400)):
        asked.append((words, block / 1e3, time.monotonic()))
        page.evaluate(CHANGE, [words, block])
        page.evaluate(PICTURES)
    ended = time.monotonic()
    trace = Trace(chromium.stop_tracing())
    for words, seconds, since in asked:
        seen = trace.seen("page", "words", words, since)
        assert since < seen.changed < seen.laid_out < seen.painted < ended
        assert seen.painted - seen.changed >= seconds


def test_the_same_words_are_found_anew_after_a_time_and_each_key_is_known(
    chromium: Browser,
) -> None:
    page = opened(chromium)
    page.evaluate(TYPED)
    chromium.start_tracing(categories=CATEGORIES)
    began = []
    for key in ("a", "b", "a"):
        began.append(time.monotonic())
        page.keyboard.press(key)
        assert page.evaluate("(key) => isOnGlass('words', key)", key)
        page.evaluate(PICTURES)
    trace = Trace(chromium.stop_tracing())
    once, _, again = (
        trace.seen("page", "words", key, at) for key, at in zip("aba", began, strict=True)
    )
    assert began[0] < once.heard <= once.changed < once.painted < began[1]
    assert began[2] < again.heard <= again.changed < again.painted
    pressed = trace.inputs("page")
    assert len(pressed) == 3
    assert began[0] < pressed[0] < began[1] < pressed[1] < began[2] < pressed[2] <= again.heard


def test_what_no_picture_was_made_of_is_an_error() -> None:
    changed = {"cat": "blink.user_timing", "name": "glass page words unseen", "ph": "I"}
    trace = Trace(json.dumps({"traceEvents": [changed | {"pid": 1, "ts": 7e6}]}).encode())
    with pytest.raises(LookupError, match="never painted the words 'unseen'"):
        trace.seen("page", "words", "unseen", 7.0)
    with pytest.raises(LookupError, match="never had the words 'unseen'"):
        trace.seen("page", "words", "unseen", 7.1)
