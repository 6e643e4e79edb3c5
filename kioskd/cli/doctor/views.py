"""The views of the sources that answer: which can't be shown, and what in them is odd."""

from collections.abc import Iterator

from kioskd.cli import trying
from kioskd.cli.doctor.finding import Finding
from kioskd.cli.doctor.remedies import REMEDIES, remedy
from kioskd.config import Config
from kioskd.core.faults import Fault
from kioskd.core.messages import Failed, Update
from kioskd.core.status import Status
from kioskd.words import later, tr

ELSE = later("tell whoever runs the helpdesk")


def views(status: Status) -> list[Finding]:
    """What the running daemon says of each view of a source that answers."""
    found = []
    for source in status.sources:
        if source.state != "connected":
            continue  # that is why, and is said of the source
        for view, told in source.views.items():
            part = tr("{view} of {name}", view=view, name=source.name)
            if fault := told.fault:
                found.append(Finding(part, "bad", fault.message, _todo(fault.code)))
            for remark in told.remarks:
                do = _todo(remark.code)
                found.append(Finding(part, "warn", remark.message, do))
    return found


async def reach(config: Config) -> list[Finding]:
    """Without a daemon: one answer of each source."""
    return [found for answer in await trying.ask(config) for found in _answered(answer)]


def _answered(answer: trying.Answer) -> Iterator[Finding]:
    title, fault = answer.settings.title, answer.fault
    if fault is not None and not answer.told:
        yield Finding(
            tr("source {name}", name=title), "bad", str(fault), remedy(fault.code, str(fault))
        )
        return
    yield Finding(tr("source {name}", name=title), "ok", tr("reached"))
    for view in answer.settings.views:
        part = tr("{view} of {name}", view=view, name=title)
        match answer.told.get(view):
            case Failed(fault=wrong):
                yield Finding(part, "bad", str(wrong), _remedy(wrong))
            case Update(remarks=remarks):
                for remark in remarks:
                    yield Finding(part, "warn", str(remark), _remedy(remark))
            case None:
                do = tr(
                    "see that the helpdesk answers request_data for it, or leave it out of views"
                )
                yield Finding(
                    part, "warn", tr("nothing came in {seconds:.0f} s", seconds=trying.PATIENCE), do
                )


def _remedy(fault: Fault) -> str:
    return _todo(fault.code)


def _todo(code: str) -> str:
    return tr(REMEDIES.get(code, ELSE))
