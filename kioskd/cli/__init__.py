"""The command line: one file a group of commands, the client of the daemon, doctor and update.

Only ``cli.main`` starts the daemon, and imports it late.
"""
