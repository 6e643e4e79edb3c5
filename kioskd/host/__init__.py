"""This machine: systemd, display power, the network, the state file, child processes, hardware.

Here belongs what asks or tells the operating system something, and no rule about alerts or screens.
``state_keeper`` writes the state file, ``alert_keeper`` what is known of the alerts.
"""
