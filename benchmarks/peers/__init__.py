"""The servers kioskd is measured against: each its own process, started by ``servers``."""
