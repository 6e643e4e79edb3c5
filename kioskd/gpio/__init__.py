"""From a line or a key to an action: pins, keypads, gestures, the encoder, motion and LEDs.

Here belongs what turns a level into a gesture. What a gesture does is decided in ``core``.
"""
