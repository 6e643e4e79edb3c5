"""The page for ``man kioskd``, in every language that there is a catalogue of.

What stands between backticks is bold. The commands come from the program's own argument parser.
"""

import argparse
import re
from collections.abc import Iterable, Iterator

import command_line

from kioskd.words import later, tr

Told = tuple[str, str]  # a term, and what there is to say of it
COMMANDS = later("COMMANDS")
PAGE: tuple[tuple[str, tuple[str | Told, ...]], ...] = (
    (
        later("DESCRIPTION"),
        (
            later(
                "`kioskd` fetches tickets, projects and team figures from a helpdesk, shows them "
                "on any number of panels, plays alert sounds through the machine's own audio, and "
                "obeys push buttons. systemd runs it as `kioskd.service`; `kioskd-browser.service` "
                "shows the panel on the connected screen."
            ),
            later(
                "Every command takes `--help`. Those that ask the running daemon take `--config` "
                "and `--port`, which say where it listens; without them they find it by themselves."
            ),
            later(
                "It speaks the language of `kiosk.language` in the configuration, or that of the "
                "terminal where none is written there."
            ),
        ),
    ),
    (COMMANDS, ()),
    (
        later("THE CONFIGURATION"),
        (
            (
                "`sudo nano /etc/kioskd/kioskd.yaml`",
                later("Change it. It holds an example of everything."),
            ),
            ("`kioskd check`", later("Name every error in it, by line, with what is allowed.")),
            (
                "`kioskd check --try`",
                later(
                    "Ask every source once too, and print the lines of `fields` and `words` that "
                    "describe a helpdesk with other names."
                ),
            ),
            (
                "`sudo systemctl reload kioskd`",
                later("Take the changed file. A wrong one changes nothing and is shown."),
            ),
            (
                "`systemctl status kioskd kioskd-browser`",
                later("See in one line each how the daemon and the picture are."),
            ),
        ),
    ),
    (
        later("UPDATING"),
        (
            later(
                "`kioskd update` keeps the installed version as a package, installs the one in the "
                "file, and watches the daemon and the browser. Only when they have run and "
                "answered for 20 seconds, as the new version, is the update done. Otherwise the "
                "version before is put back, one line says why, and the exit status is 1. The "
                "configuration stays as it was edited."
            ),
            later(
                "It wants the signature of the file beside it, named `FILE.deb.minisig` and made "
                "with the key that came with the installed version or with "
                "`/etc/kioskd/release.pub`. `--unsigned` does without, for a package that you have "
                "made yourself, `--wait` says how long the new version may take, `--force` allows "
                "an older version."
            ),
            later(
                "After a power cut in the middle `kioskd-recover.service` puts the version before "
                "back at the next start."
            ),
            later(
                "On the card's image, whose root is in memory, a healthy version is kept on the "
                "state partition as `/state/packages/kioskd.deb` and used from the next start on; "
                "one that doesn't come up there is set aside, and the card's own comes back. To "
                "return to the card's own, remove that file and start again."
            ),
        ),
    ),
    (
        later("TOKENS"),
        (
            later(
                "Put a token into a file of its own beside the configuration, such as "
                "`/etc/kioskd/token`, and name that file in the configuration. It must be readable "
                "by the group `kioskd`: `chown root:kioskd` and `chmod 640`; at each boot this is "
                'done for every file whose name holds "token". As a systemd credential it can stay '
                "root's alone: see `/usr/share/doc/kioskd/examples/tokens.conf`."
            ),
        ),
    ),
    (
        later("THE SCREEN"),
        (
            later(
                "`kioskd-browser.service` starts a browser (`display.browser`, else chromium-shell "
                "or chromium, whichever is installed) in the compositor `cage`(1), or "
                "`sway`(1) where `panels` name outputs, and says "
                "whether the daemon has confirmed its picture. Where a graphics driver needs "
                "persuasion, `systemctl edit kioskd-browser` sets `KIOSKD_CAGE_FLAGS` and "
                "`KIOSKD_CHROMIUM_FLAGS`, such as "
                "`Environment=KIOSKD_CHROMIUM_FLAGS=--force-device-scale-factor=1.5`."
            ),
        ),
    ),
    (
        later("FILES"),
        (
            ("`/etc/kioskd/kioskd.yaml`", later("The configuration. It survives upgrades.")),
            (
                "`/var/lib/kioskd`",
                later("What the panels were last shown, kept over a power cut."),
            ),
            (
                "`/var/lib/kioskd-update`",
                later("The version before, while an update is under way."),
            ),
            (
                "`/usr/local/lib/kioskd`",
                later("Further kinds of sources, installed with `pip install --target`."),
            ),
        ),
    ),
    (
        later("EXIT STATUS"),
        (
            (
                "`0`",
                later(
                    "All is well. `kioskd check` may have warned of what is right in the file and "
                    "will not work on this machine."
                ),
            ),
            (
                "`1`",
                later(
                    "It failed; the message says why. `kioskd doctor` found something bad, `kioskd "
                    "sound test` can't be heard, or no button is configured for `kioskd buttons`."
                ),
            ),
            ("`2`", later("Wrong usage.")),
            (
                "`69`",
                later(
                    "The daemon doesn't answer, another program answers in its place, or its "
                    "address is taken."
                ),
            ),
            (
                "`78`",
                later("The configuration is wrong. systemd doesn't try again by itself."),
            ),
        ),
    ),
    (
        later("SIGNALS"),
        (
            later(
                "`SIGHUP` takes the configuration again; a wrong one changes nothing, and is named "
                "in the journal, on the wall and by `systemctl status kioskd`, while `systemctl "
                "reload` itself says nothing; `SIGTERM` and `SIGINT` stop the daemon within 5 "
                "seconds."
            ),
        ),
    ),
    (later("SEE ALSO"), ("`systemctl`(1), `systemd.service`(5)",)),
)


def page(parser: argparse.ArgumentParser, version: str) -> str:
    """The page in the macros of man(7), in the language that is spoken."""
    lines = [
        f'.TH KIOSKD 1 "" "kioskd {version}" "{_roff(tr("User Commands"))}"',
        f".SH {_roff(tr('NAME'))}",
        f"kioskd \\- {_roff(tr('the daemon behind a wall display'))}",
        f".SH {_roff(tr('SYNOPSIS'))}",
        f".B kioskd\n.I {_roff(tr('COMMAND'))}\n.RI [ {_roff(tr('OPTION'))} ...]",
    ]
    for heading, told in PAGE:
        lines.append(f".SH {_roff(tr(heading))}")
        lines += _commands(parser) if heading == COMMANDS else _told(told)
    return "\n".join(lines) + "\n"


def _told(told: Iterable[str | Told]) -> Iterator[str]:
    for at, each in enumerate(told):
        if isinstance(each, tuple):
            yield f".TP\n{_bold(each[0])}\n{_bold(tr(each[1]))}"
        else:
            yield (".PP\n" if at else "") + _bold(tr(each))


def _commands(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Every command with its usage and what it does; what an option does is told where it appears
    first."""
    told: set[str] = set()
    for name, said, command in command_line.commands(parser):
        usage = " ".join(command.format_usage().split()).partition(f"kioskd {name}")[2]
        yield f".TP\n.B kioskd {_roff(name)}"
        if usage := usage.replace("[-h]", "").strip():
            yield _roff(usage)
        yield ".br\n" + _roff(_sentence(tr(said)))
        for action in command._actions:
            if action.help and action.option_strings and action.dest != "help":
                line = f"\\fI{_roff(action.option_strings[-1])}\\fR: {_roff(tr(action.help))}"
                if line not in told:
                    yield f".br\n{line}"
                told.add(line)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _bold(text: str) -> str:
    return re.sub(r"`([^`]*)`", r"\\fB\1\\fR", _roff(text))


def _roff(text: str) -> str:
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"(?m)^(?=[.'])", r"\\&", escaped)
