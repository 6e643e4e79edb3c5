"""What a daemon says of itself, for those who read it."""

from typing import Any

import msgspec

from kioskd.core.faults import Code
from kioskd.core.status import FaultStatus, PanelDetail, SourceStatus, Status
from tests.support.kiosk import Wall


def told(**parts: Any) -> Status:
    """The status of a wall without panels where all is well, but for these parts of it."""
    status: dict[str, Any] = msgspec.to_builtins(Wall().reporter.status())
    given = {"panels": [], "sound": {"state": "ok"}} | msgspec.to_builtins(parts)
    for name, part in given.items():
        has = status[name]
        status[name] = has | part if isinstance(has, dict) and part is not None else part
    return msgspec.convert(status, Status)


def source(name: str, **more: Any) -> SourceStatus:
    """A source of that name that answers, but for what is given."""
    link = SourceStatus(
        *(name, "channels", "connected", "", 60.0),
        *(None, None, "", {}, None),
        views={},
        definitions={},
    )
    return msgspec.structs.replace(link, **more)


def fault(code: Code, message: str) -> FaultStatus:
    return FaultStatus(code, {}, message)


def panel(painted: float | None) -> PanelDetail:
    """A browser of the same machine, painted so many seconds ago."""
    return PanelDetail(1, "K", "127.0.0.1", None, painted, [], None, "", 0)
