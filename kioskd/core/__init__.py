"""Decides. No input or output, no library of others, no clock of its own."""
