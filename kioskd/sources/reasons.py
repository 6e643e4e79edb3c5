"""Why a source gives no data, as an error that carries the code for the panels beside its line."""

from typing import NamedTuple

from kioskd.errors import RefusedError, SourceError
from kioskd.protocol import Reason


class Why(NamedTuple):
    """``about`` is what the reason is about: host and port, or for ``token_file`` the file."""

    reason: Reason
    about: str = ""


class Outage(SourceError):
    """An upstream that can't be used now; retried soon."""

    def __init__(self, said: str, reason: Reason, about: str = "") -> None:
        super().__init__(said)
        self.why = Why(reason, about)


class Refusal(RefusedError):
    """An upstream that doesn't let us in; retried slowly."""

    def __init__(self, said: str, reason: Reason, about: str = "") -> None:
        super().__init__(said)
        self.why = Why(reason, about)


def why(error: Exception) -> Why:
    """The reason of whatever a source raised; for a source from elsewhere by its error's kind."""
    if isinstance(error, Outage | Refusal):
        return error.why
    if isinstance(error, RefusedError):
        return Why("refused_token")
    return Why("no_answer" if isinstance(error, TimeoutError) else "lost")
