"""Lets a phone in by what stands on the wall: a QR code, or six digits, for two minutes.

Both are good once. The digits are easy to guess for a machine, so after a few wrong ones the code
is gone; the QR code holds 128 bits.
"""

import hmac
import secrets
import time
from collections.abc import Callable

from msgspec import Struct

from kioskd.config import Role

LASTS = 120.0  # seconds
WRONG = 5  # digits that may be wrong before the code is gone: a chance of 1 in 200,000
SECRET_BYTES = 16


class Offer(Struct, frozen=True):
    """What the wall shows; ``until`` on the monotonic clock."""

    digits: str
    secret: str
    role: Role
    until: float


class Pairing:
    """One offer at a time. ``changed`` is called when one begins or ends."""

    def __init__(
        self, changed: Callable[[], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._changed = changed
        self._clock = clock
        self._offer: Offer | None = None
        self._wrong = 0

    def begin(self, role: Role) -> Offer:
        """Offer anew; an earlier code is good no more."""
        until = self._clock() + LASTS
        digits, secret = f"{secrets.randbelow(10**6):06}", secrets.token_urlsafe(SECRET_BYTES)
        self._offer, self._wrong = Offer(digits, secret, role, until), 0
        self._changed()
        return self._offer

    def end(self) -> None:
        if self._offer is not None:
            self._offer = None
            self._changed()

    def offer(self) -> Offer | None:
        """What is offered now; to be asked once a second, so that it ends in time."""
        if self._offer is not None and self._clock() >= self._offer.until:
            self.end()
        return self._offer

    def claim(self, code: str) -> Role | None:
        """The role that a right code gives, once; None for a wrong one."""
        offer = self.offer()
        if offer is None:
            return None
        given = code.strip().replace(" ", "").encode(errors="surrogatepass")
        if any(hmac.compare_digest(given, x.encode()) for x in (offer.digits, offer.secret)):
            self.end()
            return offer.role
        self._wrong += 1
        if self._wrong >= WRONG:
            self.end()
        return None
