"""The webhooks of the configuration: who may post, what a post does, and what became of it."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import NamedTuple

from msgspec import Struct, field

from kioskd.config import AnySource, Glpi, View, Webhook
from kioskd.config.secret import LEAST_BITS, Secret, shown_path
from kioskd.config.secret_file import read_secret, why_no_secret
from kioskd.core.messages import Message
from kioskd.core.status import HookStatus
from kioskd.sources.webhook.signature import authorised, signature, stamped
from kioskd.words import tr

RATE, BURST = 100.0, 1000.0  # posts a second that one sender may go on with, and at once
SIGNED = 1000  # signatures that are remembered: the same post twice is taken once
RETRIES = 120.0  # seconds in which a post without a time is the one before; later it says so again
Say = Callable[[str, str | None, str], None]


class Answer(NamedTuple):
    """``retry`` in seconds; 0: the sender need not come again."""

    status: int
    text: str
    retry: int = 0


class _Hook(Struct):
    settings: Webhook
    secret: Secret | None
    tokens: float = BURST
    filled: float = 0.0
    count: int = 0
    last: float | None = None
    refused: int = 0
    refusal: str = ""
    refused_at: float | None = None
    signatures: OrderedDict[str, float] = field(default_factory=OrderedDict)
    """When each was taken."""


class Hooks:
    """``ingest`` takes what a post means, and ``kept`` waits until the card has it.

    Where GLPI itself is a source, a post of GLPI's is a hint only: ``hint`` has its tickets looked
    at now, and they say what there is to say. ``say`` shows a fault of a part; ``clock`` is the
    monotonic one.
    """

    def __init__(
        self,
        ingest: Callable[[Message, str, str], None],
        kept: Callable[[], Awaitable[bool]],
        say: Say,
        hint: Callable[[View], None] = lambda view: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._hint = hint
        self._glpi_follows = False
        self._ingest = ingest
        self._kept = kept
        self._say = say
        self._clock = clock
        self._hooks: dict[str, _Hook] = {}
        self._earlier: Mapping[str, list[str]] = {}

    def configure(self, sources: Iterable[AnySource]) -> None:
        """Take the webhooks among these sources, and read their secrets anew; counts stay."""
        sources = list(sources)
        self._glpi_follows = any(isinstance(each, Glpi) for each in sources)
        found: dict[str, _Hook] = {}
        faults = []
        for settings in sources:
            if not isinstance(settings, Webhook):
                continue
            secret, fault = _secret(settings)
            if fault:
                faults.append(fault)
            hook = self._hooks.get(settings.name) or self._new(settings, secret)
            if hook.settings != settings:  # what was wrong may be right now
                self._say(f"hook {settings.name}", None, "")
            hook.settings, hook.secret = settings, secret
            found[settings.name] = hook
        for name in self._hooks.keys() - found.keys():
            self._say(f"hook {name}", None, "")
        self._hooks = found
        said = tr("{faults}; until then it takes nothing", faults="; ".join(faults))
        self._say("hooks", said if faults else None, "hooks")

    def signatures(self) -> dict[str, list[str]]:
        """Digests of what each hook took, oldest first."""
        return {name: [*hook.signatures] for name, hook in self._hooks.items() if hook.signatures}

    def restore(self, signatures: Mapping[str, list[str]]) -> None:
        """Take none of what an earlier run took a second time."""
        self._earlier = signatures
        for hook in self._hooks.values():
            hook.signatures = self._taken(hook.settings.name) | hook.signatures

    def _new(self, settings: Webhook, secret: Secret | None) -> _Hook:
        now = self._clock()
        return _Hook(settings, secret, filled=now, signatures=self._taken(settings.name))

    def _taken(self, name: str) -> OrderedDict[str, float]:
        """As if it had been taken now: nobody knows how long ago that was."""
        now = self._clock()
        return OrderedDict((each, now) for each in self._earlier.get(name, [])[-SIGNED:])

    def knows(self, name: str) -> bool:
        return name in self._hooks

    def authorised(self, name: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether a post to ``name`` shows that hook's secret."""
        hook = self._hooks[name]
        return hook.secret is not None and authorised(hook.secret, headers, body)

    async def receive(self, name: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Take an authorised post. An answer of 200 comes when it is safely kept."""
        from kioskd.sources.webhook.payload import PayloadError, read  # late: few have hooks

        hook = self._hooks[name]
        if not self._may(hook):
            return self._refuse(
                hook, Answer(429, tr("more than {count:.0f} posts a second", count=RATE), 1)
            )
        signed = _digest(signature(headers))
        before = hook.signatures.get(signed)
        if before is not None and (stamped(headers) or self._clock() - before < RETRIES):
            return Answer(200, tr("taken before"))
        if hook.settings.preset == "glpi" and self._glpi_follows:
            self._hint("tickets")
            hook.count, hook.last = hook.count + 1, self._clock()
            return Answer(200, tr("GLPI is asked now"))
        try:
            meaning = read(hook.settings, body)
        except PayloadError as error:
            said = tr(
                "{name}: what its sender posted last can't be taken: {error}",
                name=name,
                error=error,
            )[:300]
            self._say(f"hook {name}", said, "hook_refused")
            return self._refuse(hook, Answer(400, str(error)))
        for message in meaning.messages:
            self._ingest(message, "", hook.settings.title)
        hook.count, hook.last = hook.count + 1, self._clock()
        left_out = tr(
            "{name}: the sender left out {count} alerts of a group",
            name=hook.settings.name,
            count=meaning.left_out,
        )
        self._say(f"hook {name}", left_out if meaning.left_out else None, "hook_left_out")
        if not await self._kept():
            return self._refuse(hook, Answer(503, tr("the card can't keep it now"), 30))
        if signed:
            hook.signatures[signed] = self._clock()
            hook.signatures.move_to_end(signed)
            while len(hook.signatures) > SIGNED:
                hook.signatures.popitem(last=False)
        return Answer(
            200,
            tr(
                "{count} taken, {passed} passed over",
                count=len(meaning.messages),
                passed=meaning.passed,
            ),
        )

    def refused(self, name: str, status: int, text: str) -> None:
        """A post was refused before it came here, as one with a wrong secret is."""
        self._refuse(self._hooks[name], Answer(status, text))

    def status(self) -> list[HookStatus]:
        """What came to each hook, and what was refused last."""
        now = self._clock()
        return [
            HookStatus(
                name=name,
                preset=hook.settings.preset or "",
                count=hook.count,
                last=None if hook.last is None else round(now - hook.last, 1),
                refused=hook.refused,
                refusal=hook.refusal,
                refused_ago=None if hook.refused_at is None else round(now - hook.refused_at, 1),
            )
            for name, hook in self._hooks.items()
        ]

    def _may(self, hook: _Hook) -> bool:
        now = self._clock()
        hook.tokens = min(BURST, hook.tokens + (now - hook.filled) * RATE)
        hook.filled = now
        if hook.tokens < 1:
            return False
        hook.tokens -= 1
        return True

    def _refuse(self, hook: _Hook, answer: Answer) -> Answer:
        hook.refused, hook.refusal = hook.refused + 1, f"{answer.status}: {answer.text}"[:300]
        hook.refused_at = self._clock()
        return answer


def _digest(signature: str) -> str:
    """Short: a thousand of them are kept."""
    return hashlib.sha256(signature.encode()).hexdigest()[:16] if signature else ""


def _secret(settings: Webhook) -> tuple[Secret | None, str | None]:
    """The hook's secret, or why it can't be used."""
    file = settings.token_file
    place = f"sources: {settings.name}: token_file {shown_path(file)}"
    try:
        secret = read_secret(file)
    except OSError as error:
        return None, tr("{place} can't be used: {why}", place=place, why=why_no_secret(error, file))
    if secret.bits() < LEAST_BITS:
        return None, tr(
            "{place} can be guessed: make one that can't: kioskd token {file}",
            place=place,
            file=shown_path(file),
        )
    return secret, None
