"""Why a source gives no data, as an error that carries its fault."""

from kioskd.config.plain import one_line
from kioskd.config.secret import scrub
from kioskd.core.faults import Code, Fault
from kioskd.errors import RefusedError, SourceError
from kioskd.words import tr


class Outage(SourceError):
    """An upstream that can't be used now; retried soon."""

    def __init__(self, code: Code, **params: str) -> None:
        self.fault = _fault(code, params)
        super().__init__(str(self.fault))


class Refusal(RefusedError):
    """An upstream that doesn't authorise us; retried slowly."""

    def __init__(self, code: Code, **params: str) -> None:
        self.fault = _fault(code, params)
        super().__init__(str(self.fault))


def fault_of(error: Exception) -> Fault:
    """The fault of whatever a source raised."""
    if isinstance(error, Outage | Refusal):
        return error.fault
    said = str(error) or type(error).__name__
    if isinstance(error, TimeoutError):
        return _fault("no_answer", {"place": tr("the upstream")})
    said = tr("failed: {said}", said=said)
    return _fault("lost", {"place": tr("the upstream"), "detail": said})


def _fault(code: Code, params: dict[str, str]) -> Fault:
    """What another program said may hold the secret that it was shown, or colour a terminal."""
    return Fault(code, {name: one_line(scrub(value)) for name, value in params.items()})
