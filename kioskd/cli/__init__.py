"""The command line: one file per group of commands, the client of the daemon, doctor and update.

``main`` puts the groups together; each registers its own commands. What only one command needs is
imported when that command runs; only ``running`` starts the daemon. What the daemon itself does
does not belong here: a command asks it over HTTP, or reads files.
"""
