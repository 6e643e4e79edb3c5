"""From a line to an action: pins, debounce, gestures, the encoder, motion and LEDs.

Here belongs what turns a level into a gesture. What a gesture does is decided in ``core``.
"""
