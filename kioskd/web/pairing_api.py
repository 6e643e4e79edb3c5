"""Pairing and paired devices over HTTP: what the command line and a phone's first page ask."""

from collections.abc import Callable
from typing import cast, get_args

from aiohttp import web

from kioskd.config import Role
from kioskd.core import messages
from kioskd.core.outgoing import Pairing
from kioskd.core.status import CertificateStatus
from kioskd.errors import ProtocolError
from kioskd.web.access import Access
from kioskd.web.asked import asked
from kioskd.web.authorisation import GRANT, device_name
from kioskd.web.pairing import LASTS, Offer
from kioskd.web.roles import may
from kioskd.words import tr


class PairingApi:
    """``urls`` gives where a phone reaches this kiosk's remote page, ``certificate`` by which."""

    def __init__(
        self,
        access: Access,
        urls: Callable[[], list[str]],
        certificate: Callable[[], CertificateStatus | None],
    ) -> None:
        self._access = access
        self._urls = urls
        self._certificate = certificate

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_post("/api/pair", self._begin)
        router.add_post("/api/pair/claim", self._claim)
        router.add_get("/api/devices", self._devices)
        router.add_post("/api/devices/revoke", self._revoke)

    def begin(self, role: Role) -> Offer:
        """Offer pairing on the wall; raises ``ProtocolError`` where no phone could come."""
        if not self._urls():
            raise ProtocolError(
                tr(
                    "no phone can reach this kiosk: it listens to its own machine only, or has no "
                    "network; set server.host: 0.0.0.0"
                )
            )
        return self._access.pairing.begin(role)

    def frame(self) -> bytes:
        """What the wall shows: the digits, and the address that the QR code holds; or that it is
        over. The secret stands behind the ``#``, which a browser tells no server.
        """
        offer = self._access.pairing.offer()
        if offer is None:
            return messages.encode(Pairing())
        return messages.encode(self._told(offer))

    def _told(self, offer: Offer) -> Pairing:
        pages = [url.removesuffix("/remote") + "/pair" for url in self._urls()]
        urls = [f"{page}#{offer.secret}" for page in pages]
        found = self._certificate()
        fingerprint = found.fingerprint if found is not None and found.own else ""
        return Pairing(offer.digits, urls, fingerprint, LASTS, offer.role)

    async def _begin(self, request: web.Request) -> web.Response:
        role = await asked(request, role_field)
        if not may(request[GRANT].role, role):
            raise web.HTTPForbidden(text=tr("only who is {role} may let others be it\n", role=role))
        try:
            told = messages.encode(self._told(self.begin(role)))
            return web.Response(body=told, content_type="application/json")
        except ProtocolError as error:
            raise web.HTTPConflict(text=f"{error}\n") from None

    async def _claim(self, request: web.Request) -> web.Response:
        authorisation = self._access.authorisation
        address = authorisation.address(request)
        if authorisation.must_wait(address):
            raise web.HTTPTooManyRequests(text=tr("too many wrong codes; wait some minutes\n"))
        code, name = await asked(
            request, lambda m: (messages.text_field(m, "code"), messages.text_field(m, "name"))
        )
        role = self._access.pairing.claim(code)
        if role is None:
            await authorisation.failed(address)
            raise web.HTTPForbidden(text=tr("this code is wrong, or its two minutes are over\n"))
        session, secret = self._access.sessions.make(name.strip() or device_name(request), role)
        response = web.json_response({"id": session.id, "name": session.name, "role": role})
        authorisation.give(request, response, secret)
        return response

    async def _devices(self, request: web.Request) -> web.Response:
        devices = self._access.sessions.devices(own=request[GRANT].key)
        told = messages.encode({"devices": devices})
        return web.Response(body=told, content_type="application/json")

    async def _revoke(self, request: web.Request) -> web.Response:
        identity = await asked(request, lambda m: messages.text_field(m, "id"))
        if not self._access.sessions.revoke(identity):
            raise web.HTTPBadRequest(text=tr("there is no such device\n"))
        return web.json_response({"id": identity})


def role_field(message: messages.Json) -> Role:
    """The ``role`` of a pairing; absent means control."""
    role = message.get("role", "control")
    if role not in get_args(Role):
        raise ProtocolError(tr("`role` must be one of {names}", names=", ".join(get_args(Role))))
    return cast(Role, role)
