"""Other programs that kioskd starts or tells."""

from typing import Annotated

from msgspec import Meta

from kioskd.config.scalars import Duration
from kioskd.config.sections.base import HttpUrl, Section, UpToADay


class Command(Section, frozen=True, kw_only=True):
    argv: Annotated[tuple[str, ...], Meta(min_length=1)]
    """The program and its arguments; no shell."""
    time_limit: UpToADay = Duration(30)
    """How long it may run before it is ended."""


class Call(Section, frozen=True, kw_only=True):
    """A POST to another program, with the alert as JSON."""

    url: HttpUrl
    """Where it goes."""
    token_file: str | None = None
    """The file with a token, sent as Authorization: Bearer."""
    ca_file: str | None = None
    """The certificate of a private certificate authority, as a PEM file."""
