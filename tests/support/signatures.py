"""Webhooks, as far as the state file keeps them."""

from collections.abc import Mapping


class Hooks:
    """What was taken, and what an earlier run took."""

    def __init__(self) -> None:
        self.taken: dict[str, list[str]] = {}

    def signatures(self) -> dict[str, list[str]]:
        return {name: [*taken] for name, taken in self.taken.items()}

    def restore(self, signatures: Mapping[str, list[str]]) -> None:
        self.taken = {**signatures}
