"""Certificates with their keys, as PEM files."""

import datetime
from pathlib import Path

import trustme


def write(folder: Path, *names: str, days: float = 90, ca: trustme.CA | None = None) -> trustme.CA:
    """``certificate.pem`` and ``key.pem`` for these names, good for so many days from now."""
    authority = ca or trustme.CA()
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    issued = authority.issue_cert(
        *(names or ("127.0.0.1", "localhost")),
        not_before=now - datetime.timedelta(days=1000),
        not_after=now + datetime.timedelta(days=days),
    )
    (folder / "certificate.pem").write_bytes(
        b"".join(blob.bytes() for blob in issued.cert_chain_pems)
    )
    (folder / "key.pem").write_bytes(issued.private_key_pem.bytes())
    return authority
