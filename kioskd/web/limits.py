"""How much other machines may ask of this one: connections, wrong tokens, and lines in the log."""

import ipaddress
import time
from collections import Counter, OrderedDict
from collections.abc import Callable

from msgspec import Struct

from kioskd.config.hosts import is_loopback
from kioskd.words import tr

RESERVED = 256  # files that connections from other machines never take: the wall's and the sources'
KEPT_BACK = 64  # files that not even this machine's connections take: the state, logs, sounds
EVERY = 60.0  # seconds between two lines in the log about the same kind of thing
FREE_TRIES = 5  # wrong tokens of one address before it has to wait
FIRST_WAIT, LONGEST_WAIT = 30.0, 900.0  # seconds that an address is locked out, doubled each time
FORGOTTEN = 3600.0  # seconds after which an address without another wrong token starts anew
MOST_TOGETHER = 100  # wrong tokens of all addresses in a minute, after which new ones have to wait
MOST_ADDRESSES = 10_000  # that are remembered; about 2 MB


def network(address: str) -> str:
    """What counts as one place: an IPv4 address, or an IPv6 network of 64 bits.

    A machine has 2**64 addresses in its own IPv6 network (RFC 4291, section 2.5.4).
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((int(found) >> 64 << 64, 64)))
    return str(found)


class Seldom:
    """Says the first of a kind at once, and of those that follow one a minute, with their number.

    ``kind`` must come from a fixed set; ``line`` must hold nothing that a stranger could choose.
    """

    def __init__(
        self, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._say = say
        self._clock = clock
        self._said: dict[str, float] = {}
        self._more: Counter[str] = Counter()

    def say(self, kind: str, line: str) -> bool:
        """Whether it was said."""
        now = self._clock()
        if now - self._said.get(kind, float("-inf")) < EVERY:
            self._more[kind] += 1
            return False
        self._said[kind] = now
        more = self._more.pop(kind, 0)
        self._say(
            tr("{line} (and {more} more since the last line)", line=line, more=more)
            if more
            else line
        )
        return True


class Connections:
    """Who may connect: this machine always, others up to a number together and each.

    ``files`` is how many files the process may have open. ``trusted`` addresses are proxies, behind
    each of which are many.
    """

    def __init__(self, files: int) -> None:
        self._files = files
        self._here = 0
        self._elsewhere: Counter[str] = Counter()
        self.configure(1, 1, ())

    def configure(self, most: int, most_each: int, trusted: tuple[str, ...]) -> None:
        """Take other limits; who is connected stays."""
        self._most = max(1, min(most, self._files - RESERVED))
        self._most_each, self._trusted = most_each, frozenset(map(network, trusted))

    def __len__(self) -> int:
        return self._here + self._elsewhere.total()

    def enter(self, address: str) -> str | None:
        """Count a connection in; or the reason why there may not be another one."""
        if is_loopback(address) or not address:
            if len(self) >= max(1, self._files - KEPT_BACK):
                return tr("this machine has too many connections open")
            self._here += 1
            return None
        place = network(address)
        if self._elsewhere.total() >= self._most:
            return tr("other machines have {most} connections open", most=self._most)
        if place not in self._trusted and self._elsewhere[place] >= self._most_each:
            return tr("one address has {most} connections open", most=self._most_each)
        self._elsewhere[place] += 1
        return None

    def leave(self, address: str) -> None:
        """Count it out again."""
        if is_loopback(address) or not address:
            self._here -= 1
            return
        place = network(address)
        self._elsewhere[place] -= 1
        if not self._elsewhere[place]:
            del self._elsewhere[place]


class _Tries(Struct):
    wrong: int = 0
    last: float = 0.0
    until: float = 0.0  # locked out


class Attempts:
    """Wrong tokens: after a few of one address it has to wait, each time twice as long.

    Many of many addresses make all new ones wait; who is authorised already is not held up by that.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tries: OrderedDict[str, _Tries] = OrderedDict()
        self._welcome: OrderedDict[str, None] = OrderedDict()
        self._together, self._minute = 0, float("-inf")
        self.total = 0

    def wait(self, address: str) -> float:
        """Seconds until an address may try again; 0 when it may now."""
        now, place = self._clock(), network(address)
        found = self._tries.get(place)
        own = found.until - now if found else 0.0
        flood = self._minute + EVERY - now if self._together > MOST_TOGETHER else 0.0
        return max(0.0, own, 0.0 if place in self._welcome else flood)

    def failed(self, address: str) -> float:
        """Remember a wrong token; the seconds for which its address is now locked out."""
        now, place = self._clock(), network(address)
        self.total += 1
        if now - self._minute >= EVERY:
            self._together, self._minute = 0, now
        self._together += 1
        found = self._tries.pop(place, None)
        if found is None or now - max(found.last, found.until) > FORGOTTEN:
            found = _Tries()
        self._tries[place] = found
        while len(self._tries) > MOST_ADDRESSES:
            self._tries.popitem(last=False)
        found.wrong, found.last = found.wrong + 1, now
        if found.wrong < FREE_TRIES:
            return 0.0
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(found.wrong - FREE_TRIES, 10))
        found.until = now + wait
        return wait

    def succeeded(self, address: str) -> None:
        """A right token: what went wrong before at this address is forgotten."""
        place = network(address)
        self._tries.pop(place, None)
        self._welcome[place] = None
        self._welcome.move_to_end(place)
        while len(self._welcome) > MOST_ADDRESSES:
            self._welcome.popitem(last=False)

    def locked(self) -> int:
        """How many addresses have to wait now."""
        now = self._clock()
        return sum(tries.until > now for tries in self._tries.values())
