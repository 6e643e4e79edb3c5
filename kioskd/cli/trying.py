"""`kioskd check --try`: asks every source once, and says what the wall would show of its answer.

Where fields or words are not known it prints the lines of YAML that describe them.
"""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import dataclass, field

from kioskd.config import AnySource, Config, Neighbour, TranslatedSource, View
from kioskd.config.names import level
from kioskd.core.faults import Fault
from kioskd.core.identity import kiosk_id
from kioskd.core.messages import Away, Failed, Update
from kioskd.core.ports import Neighbours
from kioskd.errors import KioskdError
from kioskd.host import network
from kioskd.host.threads import DaemonThreads
from kioskd.sources import Context, Nobody, opener
from kioskd.sources.outage import fault_of
from kioskd.words import tr

PATIENCE = 20.0  # seconds for a source to tell all its views


@dataclass
class Answer:
    """What one source told: its views, and why others are missing."""

    settings: AnySource
    told: dict[View, Update | Failed] = field(default_factory=dict)
    fault: Fault | None = None

    @property
    def right(self) -> bool:
        found = [isinstance(self.told.get(view), Update) for view in self.settings.views]
        return all(found) and self.fault is None


async def ask(config: Config) -> list[Answer]:
    """One answer of every source, all asked at once."""
    asyncio.get_running_loop().set_default_executor(DaemonThreads())
    return list(await asyncio.gather(*(_ask(each, config) for each in config.sources)))


async def _ask(settings: AnySource, config: Config) -> Answer:
    if not isinstance(settings, Neighbour) or config.mqtt is None:
        return await _answer(settings, config, Nobody())
    from kioskd.fleet.looking import looking  # late: few have a broker

    async with looking(config.mqtt, level(kiosk_id(config))) as neighbours:
        return await _answer(settings, config, neighbours)


async def _answer(settings: AnySource, config: Config, neighbours: Neighbours) -> Answer:
    answer = Answer(settings)
    context = Context(
        f"{config.kiosk.id or 'kioskd'}-check",
        config.kiosk.language,
        has_network=network.has_network,
        proxy=config.proxy,
        zone=config.kiosk.time_zone.zone,
        neighbours=neighbours,
    )
    try:
        async with (
            asyncio.timeout(PATIENCE),
            aclosing(opener(settings.kind)(settings, context)) as messages,
        ):
            async for message in messages:
                if isinstance(message, Update | Failed):
                    answer.told[message.view] = message
                if isinstance(message, Away):
                    answer.fault = message.fault
                    break
                if set(settings.views) <= set(answer.told):
                    break
            else:
                answer.fault = Fault(
                    "lost", {"place": settings.title, "detail": tr("said no more")}
                )
    except (KioskdError, OSError, TimeoutError) as error:
        answer.fault = fault_of(error)
    return answer


def lines(answer: Answer) -> Iterator[str]:
    """What a source told, a line a view, and the YAML that is missing."""
    title = answer.settings.title
    yield tr("source {title}: {said}", title=title, said=answer.fault or tr("answers"))
    wanted = dict(_own_fields(answer.settings))
    words: list[str] = []
    missing = False
    for view in answer.settings.views:
        match answer.told.get(view):
            case Update(rows=rows, remarks=remarks):
                count = tr("ok, {count} rows", count=len(rows)) if view != "dashboard" else tr("ok")
                yield f"  {view}: {count}"
                for remark in remarks:
                    yield tr("    note: {message}", message=remark)
                    words += _unknown_words(remark)
            case Failed(fault=fault):
                yield tr("  {view}: FAILED: {fault}", view=view, fault=fault)
                for name, there in _proposed(fault):
                    wanted[name], missing = there, True
            case None:
                yield tr("  {view}: nothing came in {seconds:.0f} s", view=view, seconds=PATIENCE)
    if missing:
        yield tr(
            "write into the source {title}; a ? is for a name that only you know, and nothing",
            title=title,
        )
        yield tr("behind the colon says that the helpdesk has no such field:")
        yield "    fields:"
        yield from (f"      {name}: {there}".rstrip() for name, there in wanted.items())
    if words:
        yield tr(
            "words of the source {title} that are in no table; write what each means, such as",
            title=title,
        )
        yield tr("critical, high, medium, low, open, pending or closed:")
        yield "    words:"
        yield from (f"      {word}: ?" for word in dict.fromkeys(words))


def _own_fields(settings: AnySource) -> Iterator[tuple[str, str]]:
    if isinstance(settings, TranslatedSource):
        yield from ((name, there or "") for name, there in settings.fields.items())


def _proposed(fault: Fault) -> Iterator[tuple[str, str]]:
    for pair in fault.params.get("fields", "").strip("{}").split(", "):
        name, colon, there = pair.partition(": ")
        if colon:
            yield name, there


def _unknown_words(remark: Fault) -> list[str]:
    if remark.code != "unknown_word":
        return []
    return remark.params["examples"].split(", ")
