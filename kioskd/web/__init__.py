"""What a browser reaches: the panel socket and its files, the HTTP API, authorisation, metrics.

Here belongs everything that answers a request. What a request means is decided in ``core``. Who may
ask is decided in ``authorisation`` (tokens, origins, devices), and what each may do in ``roles``.
"""
