"""``kioskd hooks test``: what a payload would become, without raising anything."""

from pathlib import Path

from kioskd.cli.commands import Arguments, Commands, add_config, loaded
from kioskd.config import Webhook
from kioskd.config.files import read_file, reason
from kioskd.config.plain import one_line
from kioskd.core.messages import Alert
from kioskd.core.state_words import word
from kioskd.errors import KioskdError
from kioskd.words import tr

LARGEST = 1_000_000  # bytes, as the daemon takes


def register(commands: Commands) -> None:
    """Add the command."""
    hooks = commands.group("hooks", "webhooks: try out what other programs post", "test")
    test = hooks.add("test", _test, "show what a payload would become; raises nothing")
    test.add_argument("name", help="the hook's name in the configuration")
    test.add_argument("payload", type=Path, help="a file with what the sender posts")
    add_config(test, "the configuration (default: the one in force)")


def _test(arguments: Arguments) -> int:
    from kioskd.sources.webhook.payload import PayloadError, read

    config = loaded(arguments.config)
    hooks = {source.name: source for source in config.sources if isinstance(source, Webhook)}
    if arguments.name not in hooks:
        known = ", ".join(hooks) or tr("none")
        raise KioskdError(
            tr("no webhook is called {name!r}; there is: {known}", name=arguments.name, known=known)
        )
    try:
        body = read_file(arguments.payload, LARGEST)
    except OSError as error:
        raise KioskdError(f"{arguments.payload}: {reason(error)}") from None
    try:
        meaning = read(hooks[arguments.name], body)
    except PayloadError as error:
        print(tr("refused: {why}", why=error))
        return 1
    for message in meaning.messages:
        if isinstance(message, Alert):
            said = "".join(f"\n  {name}: {text}" for name, text in message.data.items())
            named = one_line(
                tr("{title} (id {id})", title=message.title, id=message.id or tr("none"))
            )
            print(
                tr(
                    "raises {severity}: {named}{said}",
                    severity=word(message.severity),
                    named=named,
                    said=said,
                )
            )
        else:
            print(tr("ends: id {ids}", ids=one_line(", ".join(message.ids))))
    if meaning.passed:
        print(tr("passes over {count}: no news", count=meaning.passed))
    if meaning.left_out:
        print(tr("the sender left out {count}", count=meaning.left_out))
    return 0
