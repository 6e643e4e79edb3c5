"""What is right in a file and may yet not be meant, or will not work on this machine.

The daemon runs with it and says what fails; ``kioskd check`` and the doctor say it before.
"""

import colorsys
import ipaddress
import os
import pwd
import socket
import stat
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path

from kioskd.config.files import read_certificates, read_file, reason
from kioskd.config.hosts import is_loopback
from kioskd.config.names import LONGEST, clean_name
from kioskd.config.picture import read_logo, read_picture
from kioskd.config.secret import shown_path
from kioskd.config.secret_file import read_secret, why_no_secret
from kioskd.config.sections.glpi import Glpi
from kioskd.config.sections.screens import ImageScreen, PageScreen
from kioskd.config.sections.source_base import NetworkSource
from kioskd.config.sections.sources import Demo
from kioskd.config.sections.webhook import Webhook
from kioskd.config.sections.whole import Config
from kioskd.config.yamlfile import Path as Place
from kioskd.words import tr

SERVICE = "kioskd"  # the user and the group that the unit runs as
FIRST_FREE_PORT = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
LARGEST_KEY = 10_000  # bytes; a public key of minisign has 113
ORANGE, RED = 48 / 360, 335 / 360  # hues between which no alert has its colour
LARGEST_SOUND = 20_000_000  # bytes, as audio.card has it
Warned = Iterator[tuple[Place, str]]


def advice(config: Config) -> Warned:
    """Each key that needs a second look, with what happens and what to do.

    ``config`` is as written: with a demo that gives way to a real source.
    """
    files = (_secrets, _files, _pictures, _certificates)
    for rule in (_port, _host, _demo, _id, *files, _accent, _glpi, _mqtt, _pages):
        yield from rule(config)


def _port(config: Config) -> Warned:
    port, free = config.server.port, _first_free_port()
    if port < free:
        yield (
            ("server", "port"),
            tr(
                "the service may not listen below {free}: the wall would be at 8080 instead; "
                "write 8080",
                free=free,
            ),
        )


def _first_free_port() -> int:
    try:
        return int(FIRST_FREE_PORT.read_text())
    except (OSError, ValueError):
        return 1024


def _host(config: Config) -> Warned:
    host = config.server.host
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return  # a name: asking for it takes time
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((host, 0))
    except OSError:
        yield (
            ("server", "host"),
            tr(
                "this machine has no address {host} now: no phone would reach the wall; 0.0.0.0 "
                "is every address, whatever the router gives",
                host=host,
            ),
        )


def _demo(config: Config) -> Warned:
    real = {
        view for source in config.sources if not isinstance(source, Demo) for view in source.views
    }
    for i, source in enumerate(config.sources):
        if isinstance(source, Demo) and real.intersection(source.views):
            yield (
                ("sources", i),
                tr(
                    "the demo is left out, since a real source gives its views; remove `- kind: "
                    "demo`"
                ),
            )


def _glpi(config: Config) -> Warned:
    for i, source in enumerate(config.sources):
        if not isinstance(source, Glpi) or source.api != "v2":
            continue
        lacks = tr("no history, so that recent activity is only what kioskd sees change")
        if source.groups:
            lacks += tr(", and no surveys by group, so that none are shown")
        yield ("sources", i, "api"), tr("api: v2 has {lacks}; api: legacy has all", lacks=lacks)


def _id(config: Config) -> Warned:
    written = config.kiosk.id
    cleaned = clean_name(written)
    if written and not cleaned:
        yield ("kiosk", "id"), tr("is blank: the machine's own name is used; remove the line")
    elif len(cleaned) < len(written.strip()):
        yield (
            ("kiosk", "id"),
            tr(
                "is used as {cleaned!r}: one line of up to {most} characters; write it so",
                cleaned=cleaned,
                most=LONGEST,
            ),
        )


def _secrets(config: Config) -> Warned:
    for place, file in config.secret_files():
        if wrong := _no_secret(file):
            yield place, wrong


def _mqtt(config: Config) -> Warned:
    mqtt = config.mqtt
    if mqtt is None or not mqtt.url.startswith("mqtt:") or mqtt.auth is None:
        return
    host = urllib.parse.urlsplit(mqtt.url).hostname or ""
    if not is_loopback(host):
        said = tr("everybody on the way can read the password; let the broker speak TLS: mqtts://")
        yield ("mqtt", "url"), said


def _pages(config: Config) -> Warned:
    """A secret on an open way."""
    pages = [(i, each) for i, each in enumerate(config.screens) if isinstance(each, PageScreen)]
    for i, page in pages:
        host = urllib.parse.urlsplit(page.url).hostname or ""
        if page.header is not None and page.url.startswith("http:") and not is_loopback(host):
            yield (
                ("screens", i, "url"),
                tr("everybody on the way can read the header; write https://"),
            )


def _no_secret(file: str) -> str | None:
    try:
        read_secret(file)
    except PermissionError:
        if os.geteuid() != 0:
            return tr(
                "{file}: you may not read it; whether kioskd may is seen by: sudo kioskd check",
                file=file,
            )
        return tr("{file}: kioskd may not read it", file=file)
    except OSError as error:
        return f"{file}: {why_no_secret(error, file)}"
    return _shut(file)


def _shut(file: str) -> str | None:
    """What keeps the service's user from a file that root may read, and what to do; None: nothing,
    or it can't be known."""
    try:
        user = pwd.getpwnam(SERVICE)
        groups = os.getgrouplist(SERVICE, user.pw_gid)
        place, target = Path(os.path.abspath(file)), Path(file).resolve()
        if os.geteuid() != 0 or file.startswith("/run/credentials/"):
            return None  # systemd gives those to the service alone
        for folder in reversed((*target.parents, *place.parents)):
            if not _allows(folder.stat(), user.pw_uid, groups, stat.S_IXOTH):
                return tr(
                    "{file}: kioskd may not look into {folder}; put the file into another folder, "
                    "such as /etc/kioskd, or: sudo chmod o+x {folder}",
                    file=shown_path(file),
                    folder=folder,
                )
        if _allows(target.stat(), user.pw_uid, groups, stat.S_IROTH):
            return None
    except (KeyError, OSError):
        return None
    refused = PermissionError(13, os.strerror(13))
    return f"{shown_path(file)}: {why_no_secret(refused, file)}"


def _allows(found: os.stat_result, user: int, groups: list[int], others: int) -> bool:
    """Whether one user may do what ``others``, a bit of the mode, lets anybody do."""
    mine, ours = found.st_uid == user, found.st_gid in groups
    return bool(found.st_mode & (others << 6 if mine else others << 3 if ours else others))


def _files(config: Config) -> Warned:
    for place, file in _authorities(config):
        if file and (wrong := _unreadable(read_certificates, file)):
            yield place, wrong
    trust = config.mqtt.trust if config.mqtt is not None else None
    if trust and (wrong := _unreadable(_public_key, trust)):
        yield ("mqtt", "trust"), wrong
    sounds = config.sound.sounds
    for name in sounds.__struct_fields__:
        file = getattr(sounds, name)
        if file and (wrong := _unreadable(_sound, file)):
            yield (
                ("sound", "sounds", name),
                tr("{wrong}; the built-in sound plays until then", wrong=wrong),
            )


def _pictures(config: Config) -> Warned:
    for i, screen in enumerate(config.screens):
        if isinstance(screen, ImageScreen) and (wrong := _unreadable(read_picture, screen.file)):
            yield ("screens", i, "file"), tr("{wrong}; until then its screen says so", wrong=wrong)
    logo = config.display.logo
    if logo and (wrong := _unreadable(read_logo, logo) or _shut(logo)):
        yield ("display", "logo"), tr("{wrong}; until then the header has none", wrong=wrong)


def _accent(config: Config) -> Warned:
    """A red or an orange would say on every screen that something burns."""
    accent = config.display.accent
    if accent is None:
        return
    red, green, blue = (int(accent[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, _, saturation = colorsys.rgb_to_hls(red, green, blue)
    if saturation > 0.4 and (hue < ORANGE or hue > RED):
        said = tr("is like the red or the amber of alerts, which are then seen less; take another")
        yield ("display", "accent"), said


def _authorities(config: Config) -> Iterator[tuple[Place, str | None]]:
    for i, source in enumerate(config.sources):
        if isinstance(source, NetworkSource):
            yield ("sources", i, "ca_file"), source.ca_file
        if isinstance(source, Webhook) and source.acknowledge is not None:
            yield ("sources", i, "acknowledge", "ca_file"), source.acknowledge.ca_file
    if config.mqtt is not None:
        yield ("mqtt", "ca_file"), config.mqtt.ca_file
    if (escalate := config.alerts.escalate) is not None and escalate.webhook is not None:
        yield ("alerts", "escalate", "webhook", "ca_file"), escalate.webhook.ca_file
    for i, screen in enumerate(config.screens):
        if isinstance(screen, PageScreen):
            yield ("screens", i, "ca_file"), screen.ca_file


def _certificates(config: Config) -> Warned:
    """The pair that shows phones who kioskd is, and the one that shows a broker."""
    server = config.server
    yield from _pair(("server", "certificate"), server.certificate, ("server", "key"), server.key)
    if config.mqtt is not None and (auth := config.mqtt.auth) is not None:
        place, key_place = ("mqtt", "auth", "certificate_file"), ("mqtt", "auth", "key_file")
        yield from _pair(place, auth.certificate_file, key_place, auth.key_file)


def _pair(place: Place, certificate: str | None, key_place: Place, key: str | None) -> Warned:
    if certificate is None or key is None:
        return
    from kioskd.config.certificate import read_pair  # late: few have one

    try:
        read_pair(certificate, key)
    except OSError as error:
        yield place, str(error.strerror)
    else:
        for each, file in ((place, certificate), (key_place, key)):
            if wrong := _shut(file):
                yield each, wrong


def _public_key(file: str) -> object:
    return read_file(file, LARGEST_KEY)


def _sound(file: str) -> object:
    return read_file(file, LARGEST_SOUND)


def _unreadable(read: Callable[[str], object], file: str) -> str | None:
    try:
        read(file)
    except OSError as error:
        return f"{file}: {reason(error)}"
    return None
