"""How the daemon asks the browser's process for a new start: it reads a count in the status."""


class BrowserRequests:
    """``restarts``: how often one was asked for since the daemon started."""

    def __init__(self) -> None:
        self.restarts = 0

    def restart(self) -> None:
        """Start it anew; its process looks once a second."""
        self.restarts += 1
