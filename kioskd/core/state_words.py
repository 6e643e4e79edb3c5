"""The words for codes that a person reads among other text: states, severities, who did it."""

from kioskd.words import later, tr

WORDS = (
    *(later("critical"), later("high"), later("medium"), later("low"), later("unknown")),
    *(later("connecting"), later("connected"), later("offline"), later("refused")),
    *(later("off"), later("on"), later("opening"), later("ok"), later("failed")),
    *(later("waiting"), later("sent")),
    *(later("button"), later("phone"), later("panel"), later("rotation"), later("motion")),
    *(later("upstream"), later("cli"), later("http"), later("mqtt")),
    *(later("strip"), later("full"), later("down"), later("up")),
    *(later("configuration"), later("clock"), later("board"), later("past")),
    *(later("restart"), later("command")),
    *(later("power supply"), later("temperature"), later("disk"), later("card"), later("watchdog")),
    *(later("folders"), later("state folder"), later("sounds folder"), later("fleet update")),
    *(later("daemon"), later("sound"), later("sent sounds"), later("buttons"), later("picture")),
    *(later("display"), later("fonts"), later("secrets"), later("page")),
    later("output"),
    *(later("tickets"), later("projects"), later("dashboard"), later("keys")),
)


def word(code: str) -> str:
    """The word for a code; one that is not known stays as it is. Of a part with a name, such as
    ``page grafana``, the name stays."""
    said, (kind, _, name) = tr(code), code.partition(" ")
    return f"{tr(kind)} {name}" if name and said == code else said
