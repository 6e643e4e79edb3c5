"""What a login to GLPI gave, and what of GLPI it sees."""

import datetime
import math
from dataclasses import dataclass

from kioskd.sources.glpi.search import number

SEE_ALL = 1024  # the right READALL of tickets and projects: src/Ticket.php, src/Project.php


@dataclass(frozen=True)
class Login:
    """What a login gave."""

    token: str
    zone: datetime.tzinfo
    version: str = ""
    profile: str = ""
    user: int | None = None
    entity: str = ""
    """The active entity's name: with one alone, tickets don't say theirs."""
    name: str = ""
    """What GLPI calls the account."""
    entities: tuple[str, ...] = ()
    """The entities that the profile was given, each with its number."""
    partial: tuple[str, ...] = ()
    """What the account sees its own or its groups' of only: tickets, projects."""
    refresh: str = ""
    """What gets a fresh token without the password, where there is such a thing."""
    ends: float = math.inf
    """When the token expires by itself, on the monotonic clock."""

    @property
    def major(self) -> int:
        return number(self.version.partition(".")[0]) or 10


def partly(rights: object) -> tuple[str, ...]:
    """The kinds of items that these rights of a profile show in part only."""
    kinds = {"ticket": "Ticket", "project": "Project"}
    told = rights if isinstance(rights, dict) else {}
    bits = {kind: number(told.get(name)) for name, kind in kinds.items()}
    return tuple(kind for kind, found in bits.items() if found and not found & SEE_ALL)


def simplified(profile: object) -> bool:
    """Whether a profile is of GLPI's simplified interface (``helpdesk``: src/Profile.php)."""
    return isinstance(profile, dict) and profile.get("interface") == "helpdesk"
