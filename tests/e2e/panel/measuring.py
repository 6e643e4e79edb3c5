"""What a page looks like, by measurement; what is wrong with it is an assertion that fails."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

MEASURE = (Path(__file__).parent / "measure.js").read_text(encoding="utf-8")
AXE = Path(__file__).parents[3] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SIZES = ((1920, 1080), (1280, 720), (3840, 2160), (1080, 1920))


SETTLE = """async () => {
  await document.fonts.ready
  for (let n = 0; n < 4; n += 1) await new Promise(requestAnimationFrame)
}"""


def settle(page: Page) -> None:
    """Let a few frames pass: only then does a list know how much room it has."""
    page.evaluate(SETTLE)


def check(page: Page, smallest_row: float, smallest: float) -> None:
    settle(page)
    found: dict[str, Any] = page.evaluate(MEASURE)
    assert found["texts"]
    problems = list(found["complaints"])
    for text in found["texts"]:
        least = smallest_row if text["row"] else smallest
        if text["size"] < least - 0.01:
            problems.append(f"{text['size']} px, smaller than {least}: {text['text']}")
        needed = 7 if text["priority"] else 4.5
        if text["contrast"] < needed:
            problems.append(f"contrast {text['contrast']:.2f}, less than {needed}: {text['text']}")
    assert not problems, problems


def check_accessibility(page: Page) -> None:
    page.evaluate(AXE.read_text(encoding="utf-8") + "; 0")
    violations = page.evaluate(
        "axe.run().then((result) => result.violations.map((v) => `${v.id}: ${v.help}: `"
        " + v.nodes.map((node) => node.html).slice(0, 3).join(' | ')))"
    )
    assert violations == []
