"""What is pushed to many kiosks: signed here, checked on each, done on one after the other."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from kioskd.cli.alerts import user as person
from kioskd.cli.commands import Arguments, Parser
from kioskd.cli.fleet.whom import settings, target
from kioskd.config.plain import one_line
from kioskd.errors import KioskdError
from kioskd.host.signature import signed
from kioskd.words import tr

if TYPE_CHECKING:
    from kioskd.core.fleet_status import Seen
    from kioskd.fleet.operating import Operator
    from kioskd.fleet.push import Envelope, Verdict
    from kioskd.fleet.rolling import Rolling, Signed


class Pause(Protocol):
    """What happens between two kiosks."""

    def begin(self, kiosks: "list[Seen]") -> None:
        """Before the first."""

    async def after(self, made: "Operator", kiosks: "list[Seen]", done: int) -> None:
        """After each that did it, with all of them and how many did; raises to stop."""


Has = Callable[["Seen"], bool]
"""Whether a kiosk has it already."""


def add_key(parser: Parser) -> None:
    """Add the argument."""
    said = "the secret key, of minisign, whose public one the kiosks have as mqtt.trust"
    parser.add_argument("--key", type=Path, required=True, metavar="FILE", help=said)


def who() -> str:
    """Who pushes, as it is signed."""
    return person()[:60]


def envelopes(made: "Sequence[Envelope]", key: Path) -> "list[Signed]":
    """Each signed; the key's password is asked for once."""
    from kioskd.fleet.rolling import Signed

    contents = [msgspec.json.encode(each) for each in made]
    signatures = signed(contents, key)
    return [
        Signed(content, signature, each.number)
        for content, signature, each in zip(contents, signatures, made, strict=True)
    ]


def rolled(
    arguments: Arguments,
    command: str,
    pushes: "list[Signed]",
    wait: float,
    pause: Pause | None = None,
    has: Has | None = None,
) -> int:
    """Have the first of ``pushes`` checked on every kiosk, and the second, if there is one, done on
    one after the other; ``wait`` seconds each. Those that have it already are left out, once no
    kiosk is on trial any more with what an earlier run began."""
    return asyncio.run(_rolled(arguments, command, pushes, wait, pause, has))


async def _rolled(
    arguments: Arguments,
    command: str,
    pushes: "list[Signed]",
    wait: float,
    pause: Pause | None,
    has: Has | None,
) -> int:
    from kioskd.fleet.operating import operator
    from kioskd.fleet.rolling import Rolling

    to = target(arguments)
    async with operator(settings(arguments), arguments.user) as made:
        meant = made.census.kiosks(arguments.group, arguments.kiosk)
        if not meant:
            raise KioskdError(tr("no kiosk is {to} on the broker; see: kioskd fleet list", to=to))
        rolling = Rolling(made, who(), command)
        if has is not None and len(pushes) > 1:
            await rolling.settled(meant, wait, _on_trial)
        done = [seen for seen in meant if has is not None and has(seen)]
        for seen in done:
            print(one_line(tr("{kiosk}: has it already", kiosk=seen.kiosk)), flush=True)
        meant = [seen for seen in meant if seen not in done]
        here = [seen for seen in meant if seen.online]
        verdicts = await rolling.check(to, pushes[0], here) if here else {}
        _tell(here, verdicts)
        away = [seen.kiosk for seen in meant if not seen.online]
        for kiosk in away:
            print(
                one_line(tr("{kiosk}: is away; push again when it is back", kiosk=kiosk)),
                flush=True,
            )
        refused = [s.kiosk for s in here if s.kiosk not in verdicts or not verdicts[s.kiosk].ok]
        if refused:
            raise KioskdError(
                tr("nothing was changed: {kiosks} did not take it", kiosks=", ".join(refused))
            )
        if len(pushes) == 1:
            if "dry_run" in arguments and here:
                print(
                    one_line(
                        tr("nothing was changed; in this order: {kiosks}", kiosks=_names(here))
                    )
                )
            return int(bool(away))
        await _one_by_one(rolling, made, here, pushes[1], wait, pause)
        return int(bool(away))


async def _one_by_one(
    rolling: "Rolling",
    made: "Operator",
    here: "list[Seen]",
    push: "Signed",
    wait: float,
    pause: Pause | None,
) -> None:
    if pause is not None:
        pause.begin(here)
    for at, seen in enumerate(here):
        print(one_line(tr("{kiosk}: trying it", kiosk=seen.kiosk)), flush=True)
        why = await rolling.apply(seen, push, wait)
        said = None if why is None else f"{seen.kiosk}: {why}"
        if said is None and pause is not None:
            try:
                await pause.after(made, here, at + 1)
            except KioskdError as error:
                said = str(error)
        if said is not None:
            print(one_line(said), flush=True)
            left = here[at + 1 :]
            rest = tr("; as before: {kiosks}", kiosks=_names(left)) if left else ""
            raise KioskdError(tr("stopped at {kiosk}{rest}", kiosk=seen.kiosk, rest=rest))
        print(one_line(tr("{kiosk}: healthy with it", kiosk=seen.kiosk)), flush=True)


def _on_trial(kiosk: str) -> None:
    print(
        one_line(tr("{kiosk}: is on trial, from an earlier run; waiting for its end", kiosk=kiosk)),
        flush=True,
    )


def _tell(here: "list[Seen]", verdicts: "dict[str, Verdict]") -> None:
    """What they said; those that say the same are told together."""
    told: dict[tuple[str, ...], list[str]] = {}
    for seen in here:
        told.setdefault(tuple(_lines(verdicts.get(seen.kiosk))), []).append(seen.kiosk)
    for (first, *others), kiosks in told.items():
        print(one_line(f"{', '.join(kiosks)}: {first}"))
        for line in others:
            print(f"    {one_line(line)}")


def _lines(verdict: "Verdict | None") -> Iterable[str]:
    if verdict is None:
        return [tr("no answer")]
    if not verdict.ok:
        return [tr("refused: {why}", why=verdict.error), *verdict.changes]
    left = [tr("{name}: left out, it is each kiosk's own", name=name) for name in verdict.left_out]
    warned = [tr("warning: {said}", said=each) for each in verdict.warnings]
    return [verdict.did, *verdict.changes, *left, *warned]


def _names(kiosks: "list[Seen]") -> str:
    return ", ".join(seen.kiosk for seen in kiosks)
