"""``kioskd fleet offer``: a package that the other kiosks may fetch from this one."""

import os
import socket
from pathlib import Path
from tempfile import TemporaryDirectory

from kioskd.cli import package, signature
from kioskd.cli.commands import Arguments, Commands, add_config, loaded
from kioskd.config import Server
from kioskd.config.files import reason
from kioskd.errors import KioskdError
from kioskd.host import offered
from kioskd.words import tr


def register(fleet: Commands) -> None:
    """Add the command."""
    said = "let other kiosks fetch a package from this one, for `fleet update`"
    offer = fleet.add("offer", _offer, said)
    what = offer.add_mutually_exclusive_group(required=True)
    what.add_argument("file", type=Path, nargs="?", metavar="FILE", help="a signed package")
    what.add_argument("--end", action="store_true", help="offer nothing any more")
    add_config(offer)


def _offer(arguments: Arguments) -> int:
    if os.geteuid() != 0:
        raise KioskdError(
            tr("what this machine gives out is root's to say: sudo kioskd fleet offer")
        )
    try:
        if arguments.end:
            print(tr("offered no more") if offered.withdraw() else tr("nothing was offered"))
            return 0
        server = loaded(arguments.config).server
        where = address(server, socket.gethostname())
        digest = _put(arguments.file)
    except OSError as error:
        raise KioskdError(
            tr("{file} can't be written: {reason}", file=offered.FOLDER, reason=reason(error))
        ) from None
    print(
        tr(
            "offered until `kioskd fleet offer --end`: {url}",
            url=f"{where}/packages/{digest}/{offered.PACKAGE}",
        )
    )
    return 0


def address(server: Server, name: str) -> str:
    """Where other kiosks reach this one; ``KioskdError`` where they can't by HTTPS."""
    public = server.public_url or ""
    if public.startswith("https://"):
        return public.rstrip("/")
    if not server.encrypted or server.host in ("127.0.0.1", "::1", "localhost"):
        raise KioskdError(
            tr(
                "other kiosks can't fetch it here: write server.host, and server.https or "
                "server.certificate; see docs/https.md"
            )
        )
    return f"https://{name}:{server.port}"


def _put(file: Path) -> str:
    with (
        TemporaryDirectory(prefix="kioskd-") as folder,
        # Verified first: nothing is given out that no kiosk would install.
        signature.taken(file, Path(folder)) as (copy, _),
    ):
        package.field(copy, "Version")
        return offered.offer(copy, copy.with_name(copy.name + signature.SUFFIX))
