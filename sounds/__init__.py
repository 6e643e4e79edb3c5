"""The built-in alert sounds, and the program that makes them; installed as ``kioskd.sounds``."""
