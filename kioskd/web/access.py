"""Everything about who may come in, in one: tokens, paired devices, pairing, connections."""

import logging
import secrets
from collections.abc import Callable
from functools import partial
from pathlib import Path

from kioskd.config import Role, Server
from kioskd.config.files import reason
from kioskd.config.secret import LEAST_BITS, Secret, shown_path
from kioskd.config.secret_file import read_secret, why_no_secret
from kioskd.web.authorisation import AccessToken, Authorisation
from kioskd.web.for_wall import leave_for_wall
from kioskd.web.limits import Connections
from kioskd.web.listener import raise_file_limit
from kioskd.web.pairing import Pairing
from kioskd.web.sessions import Sessions
from kioskd.words import tr

log = logging.getLogger(__name__)
Say = Callable[[str, str | None], None]


class Access:
    """``folder`` is where paired devices are kept (None: nowhere); ``say`` shows what is wrong
    with a part, as the daemon's own does. ``changed`` is called when somebody may no longer be in,
    or pairing begins or ends.
    """

    def __init__(self, settings: Server, folder: Path | None, say: Say) -> None:
        self.changed: Callable[[], None] = lambda: None
        self._say = say
        path = folder / "devices.json" if folder else None
        self.sessions = Sessions(path, lambda: self.changed())
        self.pairing = Pairing(lambda: self.changed())
        self.connections = Connections(raise_file_limit())
        trouble = partial(say, "access")
        self.authorisation = Authorisation(settings, (), self.sessions, trouble)
        self.configure(settings)

    def configure(self, settings: Server) -> None:
        """Take other settings, and read the tokens anew."""
        limits = settings.limits
        self.connections.configure(
            limits.connections, limits.connections_per_address, settings.trusted_proxies
        )
        self.authorisation.configure(settings, self._tokens(settings))
        self.changed()

    def tick(self) -> None:
        """Once a second."""
        self.authorisation.tick()
        self.pairing.offer()

    def invite(self) -> None:
        """Show on the wall how a phone is paired, to control."""
        self.pairing.begin("control")

    def admit_wall(self, folder: Path | None) -> None:
        """Leave a secret for the browser of this screen in ``folder``, for its group alone."""
        if folder is None:
            return
        secret = secrets.token_urlsafe(32)
        try:
            leave_for_wall(folder, "wall", secret.encode())
        except OSError as error:
            log.warning(
                tr("the screen's own browser can't be authorised: {reason}", reason=reason(error))
            )
            return
        self.authorisation.know_wall(Secret(secret))

    def _tokens(self, settings: Server) -> tuple[AccessToken, ...]:
        """The access tokens; one that can't be used lets nobody in, and is shown."""
        named: list[tuple[str, str, str | None, Role]] = [
            ("server.token_file", "token", settings.token_file, "control"),
            *((f"token {t.name}", t.name, t.file, t.role) for t in settings.tokens),
        ]
        found, faults = [], []
        for place, name, file, role in named:
            if file is None:
                continue
            try:
                found.append(AccessToken(name, role, usable(file)))
            except OSError as error:
                why = why_no_secret(error, shown_path(file))
                faults.append(
                    tr(
                        "{place} {file} can't be used: {why}",
                        place=place,
                        file=shown_path(file),
                        why=why,
                    )
                )
        said = (
            tr("{faults}; until then it lets no other machine in", faults="; ".join(faults))
            if faults
            else None
        )
        self._say("token", said)
        return tuple(found)


def usable(file: str) -> Secret:
    """The access token in a file. Raises ``OSError``; also for one that can be guessed."""
    secret = read_secret(file)
    if secret.bits() < LEAST_BITS:
        raise OSError(
            0,
            tr(
                "it can be guessed ({bits:.0f} bits of {least}): make one that can't be: "
                "kioskd token",
                bits=secret.bits(),
                least=LEAST_BITS,
            ),
        )
    return secret
