"""Alerts that other programs post: what a payload means, who may post, and what became of it.

A webhook owns no view and follows nothing: the HTTP server hands over what came (``hooks``).
"""
