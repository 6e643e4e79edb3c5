"""One connection to the broker: its address, whom to trust, as whom we come. Owns aiomqtt.

aiomqtt leaves two things to its caller: a broker that hangs up before it answers, and what the
broker says of a message (MQTT 5 tells when we may not publish it). Both are hooks private to
aiomqtt 2: without them the first is noticed only after 10 s, and the second not at all.
"""

import asyncio
import contextlib
import logging
import socket
import ssl
from typing import Any
from urllib.parse import urlsplit

import aiomqtt
from aiomqtt import ProtocolVersion
from paho.mqtt.client import MQTT_CLEAN_START_FIRST_ONLY
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from kioskd.config import Mqtt
from kioskd.config.files import read_file, reason
from kioskd.config.secret import shown_path
from kioskd.config.secret_file import read_secret, why_no_secret
from kioskd.config.trust import own_trust
from kioskd.fleet.reasons import LinkError
from kioskd.words import tr

PLAIN, SECURE = 1883, 8883  # the ports of mqtt and mqtts, as IANA has them
KEEPALIVE = 20  # seconds; a link that is half open is noticed after 20 to 40
PATIENCE = 10.0  # seconds for one answer of the broker
CONNECTING = 25.0  # seconds for name, address, TLS and the first answer together
LARGEST_PEM = 100_000  # bytes of a client certificate or its key
LARGEST_MESSAGE = 1_000_000  # bytes: no command and no state is near; MQTT 5 brokers send no more
MOST_WAITING = 10_000  # messages that came and are not looked at yet; the rest is dropped
_quiet = logging.getLogger(f"{__name__}.paho")  # what it has to say, the link says, and once
_quiet.setLevel(logging.CRITICAL)


class HungUpError(aiomqtt.MqttError):
    """The broker hung up before it answered."""


class Client(aiomqtt.Client):
    """``refusal`` is why the broker did not take the last message; None: it did."""

    refusal: int | None = None

    def _on_publish(
        self, client: Any, userdata: Any, mid: int, reason_code: Any, properties: Any
    ) -> None:
        code = int(getattr(reason_code, "value", 0))
        self.refusal = code if code >= 0x80 else None
        super()._on_publish(client, userdata, mid, reason_code, properties)

    def _on_disconnect(
        self, client: Any, userdata: Any, flags: Any, reason_code: Any, properties: Any = None
    ) -> None:
        if not self._connected.done():
            self._connected.set_exception(HungUpError(tr("hung up before it answered")))
            self._connected.exception()  # if nobody waits for it any more, nobody need hear it
        super()._on_disconnect(client, userdata, flags, reason_code, properties)


def place(settings: Mqtt) -> str:
    """Host and port of the broker."""
    parts = urlsplit(settings.url)
    port = parts.port or (SECURE if parts.scheme == "mqtts" else PLAIN)
    return f"{parts.hostname}:{port}"


def client(
    settings: Mqtt, user: str, name: str, protocol: ProtocolVersion, will: str | None
) -> Client:
    """A client that is not connected yet; ``name`` is its client id, ``will`` the topic of its end.

    Raises ``LinkError`` for a file that can't be used.
    """
    parts, auth = urlsplit(settings.url), settings.auth
    newer = protocol == ProtocolVersion.V5
    limits = Properties(PacketTypes.CONNECT) if newer else None  # type: ignore[no-untyped-call]
    if limits is not None:
        limits.MaximumPacketSize = LARGEST_MESSAGE
    secure = parts.scheme == "mqtts"
    return Client(
        parts.hostname or "",
        parts.port or (SECURE if secure else PLAIN),
        username=user if auth else None,
        password=_password(auth.password_file) if auth and auth.password_file else None,
        identifier=name,
        protocol=protocol,
        clean_session=None if newer else True,
        clean_start=True if newer else MQTT_CLEAN_START_FIRST_ONLY,
        logger=_quiet,
        properties=limits,
        will=None if will is None else aiomqtt.Will(will, b"offline", qos=1, retain=True),
        timeout=PATIENCE,
        keepalive=KEEPALIVE,
        max_queued_incoming_messages=MOST_WAITING,
        tls_context=_tls(settings) if secure else None,
        socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
    )


async def connect(made: Client) -> None:
    """Connect it. What is given up half-way is hung up as soon as it stands: a second link of the
    same name would throw out the next one."""
    connecting = asyncio.ensure_future(made.__aenter__())
    try:
        async with asyncio.timeout(CONNECTING):
            await asyncio.shield(connecting)
    except (TimeoutError, asyncio.CancelledError):
        connecting.add_done_callback(lambda done: _drop(made, done))
        raise


async def disconnect(made: Client, seconds: float) -> None:
    """Say goodbye, in so many seconds at most."""
    with contextlib.suppress(aiomqtt.MqttError, TimeoutError, OSError):
        async with asyncio.timeout(seconds):
            await made.__aexit__(None, None, None)


def hang_up(made: Client) -> None:
    """Leave without a goodbye."""
    link: Any = made._client.socket()
    if link is not None:
        with contextlib.suppress(OSError):
            link.shutdown(socket.SHUT_RDWR)


def _drop(made: Client, done: "asyncio.Future[Any]") -> None:
    if not done.cancelled() and done.exception() is None:
        task = asyncio.ensure_future(disconnect(made, PATIENCE))
        _dropping.add(task)
        task.add_done_callback(_dropping.discard)


_dropping: set["asyncio.Future[None]"] = set()


def _password(file: str) -> str:
    try:
        return read_secret(file).reveal()
    except OSError as error:
        said = why_no_secret(error, file)
        raise LinkError("mqtt_secret", file=shown_path(file), detail=said) from None


def _tls(settings: Mqtt) -> ssl.SSLContext:
    auth, file = settings.auth, settings.ca_file or ""
    try:
        context = own_trust(settings.ca_file)
        if auth and auth.certificate_file and auth.key_file:
            for file in (auth.key_file, auth.certificate_file):
                read_file(file, LARGEST_PEM)  # no pipe that would never end
            context.load_cert_chain(auth.certificate_file, auth.key_file, password=_no_password)
    except OSError as error:  # ssl's errors are OSErrors
        said = (
            tr("it is no PEM certificate with its key") if isinstance(error, ssl.SSLError) else ""
        )
        raise LinkError(
            "mqtt_secret", file=shown_path(file), detail=said or reason(error)
        ) from None
    return context


def _no_password() -> str:
    """A key with a password would ask for it at a terminal, for ever."""
    raise OSError(tr("the key has a password: write it without one"))
