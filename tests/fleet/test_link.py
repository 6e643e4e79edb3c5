"""The link to a real Mosquitto with the shipped configuration, and all that may become of it."""

import asyncio
import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import trustme
from aiomqtt import ProtocolVersion

from kioskd.config import Mqtt
from kioskd.core import pause, retries
from kioskd.fleet import connection, link
from tests.support.broker import Broker
from tests.support.linked import Linked, flushed, observer
from tests.support.process import free_port
from tests.support.relay import Relay
from tests.support.waiting import until

# paho leaves the socket of a handshake that failed to the garbage collector.
pytestmark = pytest.mark.filterwarnings(
    "ignore:.*SSLSocket:pytest.PytestUnraisableExceptionWarning"
)


async def test_a_link_stands_over_tls_with_mqtt_5_and_proves_that_it_may_speak(
    broker: Broker,
) -> None:
    async with Linked(broker.settings()).running() as here:
        await until(lambda: here.view.state == "connected")
        await until(lambda: here.link.proved)
        assert (here.view.protocol, here.view.fault, here.ups) == ("5", None, 1)


async def test_availability_is_retained_and_told_by_a_goodbye_and_by_the_last_will(
    broker: Broker,
) -> None:
    topic = "kioskd/Kiosk-A/availability"
    async with observer(broker.settings("operator"), topic) as seen:
        async with Linked(broker.settings()).running():
            await until(lambda: [m.payload for m in seen.came] == [b"online"])
        await until(lambda: [m.payload for m in seen.came] == [b"online", b"offline"])
        gone = Linked(broker.settings())
        async with gone.running():
            await until(lambda: seen.came[-1].payload == b"online")
            assert gone.link._client is not None
            cable: Any = gone.link._client._client.socket()
            cable.shutdown(2)  # as a cable that is pulled, and the broker hears of it
            await until(lambda: seen.came[-1].payload == b"offline", "the last will")


async def test_nothing_that_waits_comes_after_the_goodbye(broker: Broker) -> None:
    topic = "kioskd/Kiosk-A/availability"
    async with observer(broker.settings("operator"), topic) as seen:
        for number in range(5):
            async with Linked(broker.settings()).running() as here:
                await until(lambda: here.view.state == "connected")
            await until(lambda: seen.came and seen.came[-1].payload == b"offline", f"{number}")
            await flushed(seen.link)
        assert [m.payload for m in seen.came if m.retain] == []


async def test_a_goodbye_that_the_broker_does_not_take_is_told_by_the_last_will(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = "kioskd/Kiosk-A/availability"
    async with observer(broker.settings("operator"), topic) as seen:
        async with Linked(broker.settings()).running() as here:
            await until(lambda: here.link.proved)
            assert here.link._client is not None

            async def publish(*_: object, **__: object) -> None:
                raise TimeoutError

            monkeypatch.setattr(here.link._client, "publish", publish)
        await until(lambda: seen.came[-1].payload == b"offline")


async def test_what_is_said_while_the_broker_is_away_comes_when_it_is_back_the_newest_only(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kioskd.core.retries.random.uniform", lambda low, high: 0.05)
    topic = "kioskd/Kiosk-A/screen"
    async with Linked(broker.settings()).running() as here:
        await until(lambda: here.view.state == "connected")
        broker.kill()
        await until(lambda: here.view.state == "offline")
        assert here.code in ("mqtt_lost", "mqtt_away")
        for screen in (b"tickets", b"projects"):
            here.say(topic, screen, retain=True)
        broker.start()
        here.link.hurry.set()
        await until(lambda: here.view.state == "connected" and here.ups == 2)
        await flushed(here.link)
        async with observer(broker.settings("operator"), topic) as seen:
            await until(lambda: seen.came)
            assert [(m.payload, m.retain) for m in seen.came] == [(b"projects", True)]


async def test_a_frozen_broker_is_noticed_within_twice_the_keepalive_and_found_again(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "KEEPALIVE", 2)
    async with Linked(broker.settings()).running() as here:
        await until(lambda: here.view.state == "connected")
        broker.freeze()
        began = asyncio.get_running_loop().time()
        await until(lambda: here.view.state == "offline")
        assert asyncio.get_running_loop().time() - began < 20
        assert "stopped answering" in str(here.view.fault)
        broker.thaw()
        here.link.hurry.set()
        await until(lambda: here.view.state == "connected")


async def test_a_wrong_password_is_a_refusal_that_names_the_user(broker: Broker) -> None:
    (broker.folder / "Kiosk-A").write_text("not the password at all\n")
    async with Linked(broker.settings()).running() as here:
        await until(lambda: here.view.state == "refused")
        assert here.code == "mqtt_refused"
        assert here.view.fault.params["user"] == "Kiosk-A"
        assert "not the password" not in str(here.view.fault)


async def test_a_missing_password_file_is_said_with_the_command_that_makes_it(
    broker: Broker,
) -> None:
    (broker.folder / "Kiosk-A").unlink()
    async with Linked(broker.settings()).running() as here:
        await until(lambda: here.view.state == "offline")
        assert here.code == "mqtt_secret"
        assert "sudo install" in str(here.view.fault)


async def test_a_kiosk_whose_id_is_not_its_user_is_told_which_right_it_lacks(
    broker: Broker,
) -> None:
    async with Linked(broker.settings("Kiosk-B"), "Kiosk-A").running() as here:
        await until(lambda: here.code == "mqtt_denied")
        assert here.view.state == "connected"
        assert "kioskd/Kiosk-A/" in str(here.view.fault)


async def test_an_old_protocol_too_finds_out_that_it_has_no_rights(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "ECHO", 1.0)
    here = Linked(broker.settings("Kiosk-B"), "Kiosk-A")
    here.link._protocol = ProtocolVersion.V311
    async with here.running():
        await until(lambda: here.code == "mqtt_denied")
        assert "kioskd/Kiosk-A/#" in str(here.view.fault)


async def test_a_right_that_a_slow_broker_proves_late_is_no_fault(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "ECHO", 0.0001)
    async with Linked(broker.settings()).running() as here:
        await until(lambda: here.link.proved)
        assert (here.view.state, here.code) == ("connected", "")


@pytest.mark.parametrize("what", ["expired", "stranger", "other name"])
async def test_a_certificate_that_is_not_right_is_said_as_what_it_is(
    broker: Broker, what: str
) -> None:
    broker.kill()
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    said = {"expired": "has expired", "stranger": "not trusted", "other name": "another name"}
    match what:
        case "expired":
            broker.certificate(broker.ca.issue_cert("localhost", not_after=past))
        case "stranger":
            broker.certificate(trustme.CA().issue_cert("localhost"))
        case "other name":
            broker.certificate(broker.ca.issue_cert("elsewhere.example"))
    broker.start()
    async with Linked(broker.settings()).running() as here:
        await until(lambda: here.view.state == "offline")
        assert here.code == "mqtt_tls"
        assert said[what] in str(here.view.fault)


async def test_client_certificates_take_the_place_of_passwords(tmp_path: Path) -> None:
    broker = Broker(tmp_path, certificates=True).start()
    try:
        issued = broker.ca.issue_cert("ignored.example", common_name="Kiosk-A")
        issued.cert_chain_pems[0].write_to_path(tmp_path / "kiosk.crt")
        issued.private_key_pem.write_to_path(tmp_path / "kiosk.key")
        plain = broker.settings()
        assert plain.auth is not None
        auth = msgspec.structs.replace(
            plain.auth,
            password_file=None,
            certificate_file=str(tmp_path / "kiosk.crt"),
            key_file=str(tmp_path / "kiosk.key"),
        )
        async with Linked(msgspec.structs.replace(plain, auth=auth)).running() as here:
            await until(lambda: here.view.state == "connected")
            await until(lambda: here.link.proved)
            assert here.view.fault is None
        async with Linked(plain).running() as here:  # none shown: it is hung up on
            await until(lambda: here.view.state in ("offline", "refused"))
            assert here.code in ("mqtt_protocol", "mqtt_tls", "mqtt_refused", "mqtt_away")
    finally:
        broker.kill()


async def test_a_twin_is_noticed_and_no_storm_comes_of_it(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: list[float] = []

    async def hurried(hurry: asyncio.Event, seconds: float) -> bool:
        rests.append(seconds)
        return await pause.hurried(hurry, seconds)

    monkeypatch.setattr(link, "hurried", hurried)
    async with Linked(broker.settings()).running() as first:
        await until(lambda: first.link.proved)
        async with Linked(broker.settings()).running() as second:
            await until(lambda: first.code == "mqtt_twin")
            if first.view.state == "offline":  # this broker said why: it waits a minute and more
                first.link.hurry.set()
            await until(lambda: second.code == "mqtt_twin")
            assert first.code == "mqtt_twin"
            assert "another kiosk calls itself Kiosk-A" in str(first.view.fault)
            both = {"connected", "offline"}
            await until(lambda: {first.view.state, second.view.state} == both)
            assert rests[-1] >= retries.REFUSED_DELAY / 2  # whoever lost leaves the other alone
            assert first.ups + second.ups <= 4


async def test_a_broker_that_knows_3_1_1_only_is_spoken_to_in_3_1_1(broker: Broker) -> None:
    async with Relay(broker.port, only_3=True) as relay:
        plain = Broker(_below(broker), more=f"listener {relay.to} 127.0.0.1").start()
        try:
            settings = Mqtt(url=f"mqtt://127.0.0.1:{relay.port}", auth=plain.settings().auth)
            async with Linked(settings).running() as here:
                await until(lambda: here.view.state == "connected")
                await until(lambda: here.link.proved)
                assert (here.view.protocol, here.view.fault) == ("3.1.1", None)
        finally:
            plain.kill()


async def test_a_broker_that_hung_up_on_everybody_is_spoken_to_in_mqtt_5_again(
    broker: Broker,
) -> None:
    """As one that is full does, or a proxy whose broker is away; it says nothing of protocols."""
    port = free_port()
    asked = asyncio.Queue[int]()

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        asked.put_nowait(1)
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", port)
    plain = Broker(_below(broker), more=f"listener {port} 127.0.0.1")
    settings = Mqtt(url=f"mqtt://127.0.0.1:{port}", auth=plain.settings().auth)
    try:
        async with Linked(settings).running() as here:
            await until(lambda: here.view.state == "offline")
            assert (here.code, asked.qsize()) == (
                "mqtt_protocol",
                2,
            )  # it was tried in both protocols
            server.close()
            plain.start()
            here.link.hurry.set()
            await until(lambda: here.link.proved)
            assert (here.view.protocol, here.view.fault) == ("5", None)
    finally:
        server.close()
        plain.kill()


async def test_a_broker_that_lets_no_more_in_is_tried_again_until_it_does(tmp_path: Path) -> None:
    full = Broker(tmp_path, more="max_connections 1").start()
    try:
        async with Linked(full.settings("Kiosk-B"), "Kiosk-B").running() as there:
            await until(lambda: there.link.proved)
            here = Linked(full.settings())
            running = asyncio.create_task(here.link.run())
            await until(lambda: here.view.state == "offline")
            assert here.view.fault is not None
        here.link.hurry.set()
        await until(lambda: here.link.proved)
        assert here.view.protocol == "5"
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    finally:
        full.kill()


async def test_what_is_no_broker_is_named_as_such(broker: Broker) -> None:
    nothing = f"mqtt://127.0.0.1:{free_port()}"
    async with Linked(Mqtt(url=nothing)).running() as here:
        await until(lambda: here.view.state == "offline")
        assert here.code == "mqtt_away"
        assert "nothing listens there" in str(here.view.fault)
    async with Linked(Mqtt(url=f"mqtt://127.0.0.1:{broker.port}")).running() as here:
        await until(lambda: here.view.state == "offline")  # plain words to a TLS port
        assert here.code == "mqtt_protocol"


async def test_a_slow_broker_gets_only_the_newest_of_each_topic(broker: Broker) -> None:
    async with Linked(broker.settings()).running() as here:
        await until(lambda: here.view.state == "connected")
        await flushed(here.link)
        broker.freeze()
        for number in range(1000):
            here.say("kioskd/Kiosk-A/screen", b"%d" % number, retain=True)
        for number in range(1000):
            here.say("kioskd/Kiosk-A/result", b"%d" % number)
        assert len(here.link._waiting) <= 1 + link.MOST_EVENTS
        broker.thaw()
        await flushed(here.link)
        async with observer(broker.settings("operator"), "kioskd/Kiosk-A/screen") as seen:
            await until(lambda: seen.came)
            assert seen.came[0].payload == b"999"


def _below(broker: Broker) -> Path:
    folder = broker.folder / "other"
    folder.mkdir()
    return folder
