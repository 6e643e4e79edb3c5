"""kioskd, the daemon behind a wall display."""

__version__ = "0.1.0"
