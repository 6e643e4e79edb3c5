"""The errors kioskd raises on purpose. Imports nothing, so that every file may import it."""

from dataclasses import dataclass


class KioskdError(Exception):
    """Base of all errors below. ``str(error)`` is one line for a person."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a configuration file.

    ``line`` and ``column`` count from 1; 0 means that the file as a whole is meant.
    """

    file: str
    line: int
    column: int
    key: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}: " if self.line else f"{self.file}: "
        return f"{place}{self.key}: {self.message}" if self.key else place + self.message


class ConfigError(KioskdError):
    """The configuration can't be used; ``problems`` holds every reason, in file order."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda p: (p.line, p.column))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ProtocolError(KioskdError, ValueError):
    """A message that doesn't follow the wire protocol; says which field and why.

    ``code`` (empty: there is none) and ``params`` let a panel say it in its language.
    """

    def __init__(self, message: str, code: str = "", params: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.params = params or {}


class SourceError(KioskdError, OSError):
    """An upstream that can't be reached, or answers what it should not."""


class RefusedError(SourceError, PermissionError):
    """An upstream that doesn't authorise us (401, 403, a login page): retried slowly."""


class PortError(KioskdError, OSError):
    """The address the daemon should listen on can't be had."""


class ControlError(KioskdError, OSError):
    """The command line couldn't reach the running daemon, or was refused by it."""


class VersionError(ControlError):
    """The running daemon is another version, whose status this one can't read."""


class SoundError(KioskdError, OSError):
    """A sound card or a sound file that can't be used."""


class UnplayableError(SoundError):
    """What was fetched is no sound that can be played."""


class DisplayError(KioskdError, OSError):
    """A display that can't be switched, or doesn't obey."""
