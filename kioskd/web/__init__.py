"""What a browser reaches: the panel socket and its files, the HTTP API, authorisation, metrics.

Here belongs everything that answers a request. What a request means is decided in ``core``.
"""
