"""Codes for what a part of the machine can't do: programs read them, the panel has words for each.

The sound process imports this, and none of the status around it.
"""

from typing import Literal

SoundCode = Literal["", "no_card", "no_library", "card_failed", "process_lost", "bug"]
"""Why there is no sound, for panels that say it in their language; empty while all is well."""
LineCode = Literal[
    "", "package", "no_pi", "no_access", "folder", "busy", "settings", "noisy", "other"
]
"""Why a GPIO line can't be used, likewise."""
DisplayCode = Literal[
    "",
    "missing",
    "missing_wlopm",
    "missing_wlr_randr",
    "missing_cec",
    "unfit_wlopm",
    "unfit_wlr_randr",
    "no_compositor",
    "no_output",
    "no_cable",
    "no_cec",
    "failed",
    "no_answer",
    "disobeys",
    "shell",
    "elsewhere",
]
"""Why the display can't be switched, likewise."""
