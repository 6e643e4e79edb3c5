"""TLS with a certificate authority of the house, as a real handshake on the loopback."""

import datetime
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from functools import partial
from pathlib import Path

import pytest
import trustme
from aiohttp import web
from aiohttp.test_utils import TestServer

from kioskd.config import AnySource, Channels, Rest
from kioskd.core.messages import Message, Update
from kioskd.errors import SourceError
from kioskd.sources import Context, opener
from kioskd.sources.outage import fault_of
from tests.support.helpdesk import SmallHelpdesk, channels, rest


def desk(
    authority: trustme.CA,
    start: datetime.datetime | None = None,
    end: datetime.datetime | None = None,
    name: str = "127.0.0.1",
) -> SmallHelpdesk:
    """A helpdesk behind a certificate of ``authority``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    end = end or datetime.datetime.now() + datetime.timedelta(days=3650)
    authority.issue_cert(name, not_before=start, not_after=end).configure_cert(context)
    return SmallHelpdesk(context)


Make = Callable[..., AnySource]
both = pytest.mark.parametrize("make", [partial(channels, tls=True), partial(rest, tls=True)])


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return str(tmp_path / "ca.pem")


@pytest.fixture
async def place(authority: trustme.CA) -> AsyncIterator[str]:
    """The address of a helpdesk with a certificate that is right, without a scheme."""
    found = desk(authority)
    yield await found.start()
    await found.close()


async def first_update(source: AnySource) -> Message:
    async with aclosing(opener(source.kind)(source, Context("K"))) as messages:
        async for message in messages:
            return message
    raise AssertionError("it ended without a word")


@both
async def test_an_authority_of_the_house_is_trusted_when_its_file_is_named(
    make: Make, place: str, ca_file: str
) -> None:
    assert isinstance(await first_update(make(place, ca_file=ca_file)), Update)


@both
async def test_without_it_the_certificate_is_not_trusted_and_nothing_is_sent(
    make: Make, place: str
) -> None:
    with pytest.raises(SourceError, match=r"the certificate of 127\.0\.0\.1:\d+ is not trusted"):
        await first_update(make(place))


@both
async def test_a_certificate_from_the_future_asks_for_the_clock(
    make: Make, authority: trustme.CA, ca_file: str
) -> None:
    early = desk(authority, datetime.datetime.now() + datetime.timedelta(days=30))
    place = await early.start()
    with pytest.raises(SourceError, match=r"not yet valid: is the clock right\?"):
        await first_update(make(place, ca_file=ca_file))
    await early.close()


@both
async def test_a_ca_file_that_cannot_be_used_is_named(
    make: Make, place: str, tmp_path: Path
) -> None:
    (tmp_path / "empty.pem").write_text("")
    for file in (tmp_path / "absent.pem", tmp_path / "empty.pem"):
        with pytest.raises(SourceError, match=f"ca_file {file} can't be used"):
            await first_update(make(place, ca_file=str(file)))


@both
async def test_an_expired_certificate_and_one_of_another_name_are_not_untrusted_ones(
    make: Make, authority: trustme.CA, ca_file: str
) -> None:
    now, day = datetime.datetime.now(), datetime.timedelta(days=1)
    for found, code in (
        (desk(authority, now - 9 * day, now - day), "certificate_expired"),
        (desk(authority, name="helpdesk.example"), "certificate_name"),
        (desk(trustme.CA()), "certificate"),
    ):
        place = await found.start()
        with pytest.raises(SourceError) as error:
            await first_update(make(place, ca_file=ca_file))
        fault = fault_of(error.value)
        assert (fault.code, fault.about) == (code, place)
        await found.close()


@pytest.mark.parametrize(("url", "use"), [("ws://{}/ws/", "wss://"), ("http://{}/all", "https://")])
async def test_a_plain_address_of_a_tls_port_names_the_scheme_to_write(
    place: str, url: str, use: str
) -> None:
    make = Channels if url.startswith("ws") else Rest
    with pytest.raises(SourceError, match=f"write {use}") as error:
        await first_update(make(url=url.format(place)))
    assert fault_of(error.value).code == "needs_tls"


@both
async def test_a_tls_address_of_a_plain_port_names_the_scheme_to_write(make: Make) -> None:
    server = TestServer(web.Application())
    await server.start_server()
    with pytest.raises(SourceError, match=r"write (ws|http):// in the url") as error:
        await first_update(make(f"127.0.0.1:{server.port}"))
    assert fault_of(error.value).code == "no_tls"
    await server.close()
