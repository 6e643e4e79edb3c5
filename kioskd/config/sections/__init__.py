"""Every key of the configuration file, typed, with its default. Reading it is ``reading``'s work.

Each class in these files is one section; a field is a key; the docstring under a field is its line
in the reference. Defaults suit a wall display that listens to itself only.
"""
