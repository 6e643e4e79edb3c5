"""The views of the sources that answer: which can't be shown, and what in them is odd."""

from kioskd.cli.doctor.finding import Finding
from kioskd.core.messages import Json

REMEDIES = {
    "fields_missing": "write that line into the source; kioskd check --try proposes it, too",
    "no_update": "check that view's address in url or urls",
    "unknown_word": "say what it means in words: of the source; kioskd check --try prints the line",
    "counters_differ": "nothing: the rows are shown; the helpdesk's counters could be mended",
    "unreadable": "tell whoever runs the helpdesk, or name another field in fields: of the source",
}
ELSE = "tell whoever runs the helpdesk"


def views(status: Json) -> list[Finding]:
    """What the running daemon says of each view of a source that answers."""
    found = []
    for source in status["sources"]:
        if source["state"] != "connected":
            continue  # that is why, and is said of the source
        for view, told in source["views"].items():
            part = f"{view} of {source['name']}"
            if fault := told["fault"]:
                do = REMEDIES.get(fault["code"], ELSE)
                found.append(Finding(part, "bad", fault["message"], do))
            for remark in told["remarks"]:
                do = REMEDIES.get(remark["code"], ELSE)
                found.append(Finding(part, "warn", remark["message"], do))
    return found
