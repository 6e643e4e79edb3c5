"""Alerts that other programs post: what a payload means, who may post, and what became of it.

A webhook delivers no view and opens no connection: the HTTP server hands over what came, to
``hooks``.
"""
