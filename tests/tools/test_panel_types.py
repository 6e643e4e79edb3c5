"""The panel's types are those of the Structs that kioskd sends."""

from pathlib import Path

from tools.panel_types import typescript

FILE = Path(__file__).parents[2] / "frontend/src/logic/generated.ts"


def test_the_panels_types_are_made_of_the_present_structs() -> None:
    assert FILE.read_text() == typescript(), "the types are old: make types"
