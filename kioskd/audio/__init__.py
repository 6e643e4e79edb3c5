"""From an alert to sound: the player, the sound process, the sound card, downloads and speech.

Here belongs everything that makes or fetches a sound. Which alert sounds is decided in ``core``.
``process``, ``channels`` and ``card`` run in a process of their own: a hang inside SDL can only be
killed. What an upstream sends is decoded in a third one, ``decoder``, that may do nothing else.
"""
