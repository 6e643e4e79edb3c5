"""For whom a command of ``kioskd fleet`` is, and as whom it comes to the broker."""

from pathlib import Path

import msgspec

from kioskd.cli.commands import Arguments, Parser, add_config, loaded
from kioskd.config import Mqtt, MqttAuth
from kioskd.errors import KioskdError
from kioskd.words import tr

USER = "operator"  # as the shipped rights of Mosquitto call who commands


def add_whom(parser: Parser, required: bool = True) -> None:
    """Add the arguments."""
    whom = parser.add_mutually_exclusive_group(required=required)
    whom.add_argument("--group", help="the kiosks of this group")
    whom.add_argument("--kiosk", metavar="ID", help="this kiosk only")
    whom.add_argument("--all", action="store_true", help="every kiosk")
    who = parser.add_argument_group("as whom")
    who.add_argument("--user", default=USER, help=f"the broker's user (default {USER})")
    said = "with that user's password; needed unless the configuration has it as mqtt.auth"
    who.add_argument("--password-file", type=Path, metavar="FILE", help=said)
    add_config(parser, "where the section mqtt stands (default: this kiosk's file)")


def target(arguments: Arguments) -> str:
    """As a topic has it: a kiosk's id, ``group/NAME`` or ``all``."""
    return arguments.kiosk or (f"group/{arguments.group}" if arguments.group else "all")


def settings(arguments: Arguments) -> Mqtt:
    """The broker of the file, with the operator's own password in place of the kiosk's."""
    mqtt = loaded(arguments.config).mqtt
    if mqtt is None:
        raise KioskdError(tr("the file has no section mqtt: write the broker's url there"))
    file = arguments.password_file
    if file is None and mqtt.auth is not None and mqtt.auth.user == arguments.user:
        return mqtt
    if file is None:
        raise KioskdError(
            tr("name the file with {user}'s password: --password-file FILE", user=arguments.user)
        )
    auth = MqttAuth(user=arguments.user, password_file=str(file))
    return msgspec.structs.replace(mqtt, auth=auth)
