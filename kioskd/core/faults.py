"""What is wrong, as a code with its parameters, so that everybody reads it in their own language.

The panel has the words of its languages for each code; log, status and command line read the
English of the one table below.
"""

from collections.abc import Mapping
from typing import Literal, get_args

from msgspec import Struct

Code = Literal[
    "no_network",
    "no_dns",
    "unknown_host",
    "unreachable",
    "connection_refused",
    "no_answer",
    "no_tls",
    "certificate",
    "clock",
    "bad_url",
    "not_found",
    "http_error",
    "redirected",
    "not_a_helpdesk",
    "refused_token",
    "token_file",
    "lost",
    "internal",
    "bad_message",
    "fields_missing",
    "no_update",
    "ca_file",
    "too_large",
    "counters_differ",
    "unknown_word",
    "unreadable",
    "no_object",
]
CODES: tuple[Code, ...] = get_args(Code)

# Parameters: `place` is host and port, `file` a path, `detail` what another program said.
TEXTS: Mapping[Code, str] = {
    "no_network": "this machine has no network address; {place} can't be reached",
    "no_dns": "{place} can't be reached: {detail}",
    "unknown_host": "{place} can't be reached: {detail}",
    "unreachable": "{place} can't be reached: {detail}",
    "connection_refused": "{place} can't be reached: nothing listens there",
    "no_answer": "{place} doesn't answer in time",
    "no_tls": "{place} can't be reached: {detail}",
    "certificate": "the certificate of {place} is not trusted: {detail}",
    "clock": "the certificate of {place} is not yet valid: is the clock right?",
    "bad_url": "the address can't be used: {detail}; correct the source's url",
    "not_found": "{place} answers HTTP {status}: no such page; check the path of the url",
    "http_error": "{place} answers HTTP {status}",
    "redirected": "not authorised: sent {target} (HTTP {status}), as login pages do; "
    "check the token, and the url to its last character",
    "not_a_helpdesk": "{place} {detail}",
    "refused_token": "{place}: not authorised ({detail}); check the token and its rights",
    "token_file": "the secret in {file} can't be used: {detail}",
    "lost": "{place} {detail}",
    "internal": "internal error: {detail}",
    "bad_message": "the upstream's message is wrong: {detail}",
    "fields_missing": "{message}: no row has {missing}; it has {present}; "
    "write into the source's settings: fields: {fields}",
    "no_update": "{place} answers no {message}",
    "ca_file": "ca_file {file} can't be used: {detail}",
    "too_large": "{place} sent more than max_message allows: {detail}",
    "counters_differ": "the upstream counts {said}, its rows say {counted}; the rows are shown",
    "unknown_word": "{count} × {field} in a word that is not known: {examples}; see `words:`",
    "unreadable": "{count} × {field} in a form that can't be read: {examples}",
    "no_object": "{count} items of {field} are no objects, and are left out",
}


class Fault(Struct, frozen=True):
    """One thing that is wrong. ``str(fault)`` is one line of English."""

    code: Code
    params: dict[str, str] = {}

    def __str__(self) -> str:
        return TEXTS[self.code].format_map(_Params(self.params))

    @property
    def about(self) -> str:
        """The file or the host and port that is meant; empty when it is neither."""
        return self.params.get("file") or self.params.get("place", "")


class _Params(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "?"  # a message about a fault must never be a fault itself
