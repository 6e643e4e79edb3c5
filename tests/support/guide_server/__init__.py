"""A Django Channels server as the integration guide writes it, word for word where it has words.

Its environment chooses what the guide leaves open: ``GUIDE_PUSHES`` (nothing, polling, signals),
``GUIDE_EVERY`` (seconds between two polls), ``GUIDE_NAMES`` (guide, snake_case: how the serializers
name their fields) and ``GUIDE_LOGIN`` (1: only who is logged in is let in).
"""
