"""What the daemon is told of the pages and the outputs, once."""

from collections.abc import Iterator

State = tuple[str, str]
"""What is wrong (empty: nothing), and more about that."""


class News:
    def __init__(self) -> None:
        self.states: dict[str, State] = {}
        """How it is with each page or output, by its name."""
        self._told: dict[str, State] = {}

    def take(self) -> Iterator[tuple[str, str, str]]:
        """What the daemon has not been told: a name, and its state. Told is what was taken."""
        for name, said in self.states.items():
            if self._told.get(name) != said:
                yield name, *said
                self._told[name] = said

    def tell_again(self) -> None:
        """Another daemon knows nothing yet."""
        self._told.clear()
