"""What decides: a message or a request comes in, frames and sounds go out.

Here belong the messages, the state, alerts, rotation, quiet hours, the kiosk itself, the hub that
fans out, and the status. No sockets, no files, no library for input or output: a part of the world
outside reaches the core through a port that it gets when it is made.

What an alert does to the ear is decided in ``sounding``, when it ends in ``alerts``. The wording of
everything that can go wrong with a source is in ``faults``.
"""
