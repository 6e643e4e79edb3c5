"""Whom kioskd trusts over TLS. ``ssl`` is imported by who asks for this file only."""

import contextlib
import functools
import os
import ssl
from collections.abc import Iterator

from kioskd.config.files import read_certificates


def trust(ca_file: str | None) -> ssl.SSLContext:
    """What verifies a server: by the authority in ``ca_file``, or by those of the system.

    Verification is never off. Raises ``OSError``, as ssl's own errors are, for a file that can't
    be used.
    """
    return _system() if ca_file is None else own_trust(ca_file)


def own_trust(ca_file: str | None) -> ssl.SSLContext:
    """As ``trust``, for who adds a certificate of its own to it."""
    return ssl.create_default_context(cadata=read_certificates(ca_file) if ca_file else None)


@functools.cache
def _system() -> ssl.SSLContext:
    return own_trust(None)


@contextlib.contextmanager
def no_authorities() -> Iterator[None]:
    """While this lasts, a context that is made trusts nobody.

    aiohttp makes one when it is imported, and reads all of the system's authorities for it: a sixth
    of what the import costs, for a wall that may never speak TLS. All that kioskd asks over TLS it
    asks with ``trust``; what forgot to would be refused, not believed. OpenSSL reads the two
    variables; if it ever stopped to, the start would be slower, and nothing else.
    """
    names = {"SSL_CERT_FILE": os.devnull, "SSL_CERT_DIR": os.devnull}
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(names)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
