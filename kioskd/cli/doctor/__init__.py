"""`kioskd doctor`: looks at everything between the helpdesk and the wall, in plain words."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

from kioskd.cli.client import find
from kioskd.cli.doctor import machine, parts, secrets
from kioskd.cli.doctor.clock import clock
from kioskd.cli.doctor.finding import Finding
from kioskd.cli.doctor.fonts import fonts
from kioskd.cli.doctor.sheet import report
from kioskd.cli.doctor.tls import https
from kioskd.cli.doctor.views import reach, views
from kioskd.config import Config, reading
from kioskd.config.fleet_file import held, place_for, under
from kioskd.config.plain import one_line
from kioskd.core.state_words import word
from kioskd.core.status import Status
from kioskd.errors import ConfigError, ControlError, Problem, VersionError
from kioskd.words import later, tr

__all__ = ["Finding", "examine", "first_boot", "lines", "worst"]
SIGNS = {"ok": later("ok"), "warn": later("warn"), "bad": later("BAD"), "skip": later("skip")}


def examine(file: Path, root: Path = Path("/")) -> list[Finding]:
    """Every check, in the order in which a fault of one explains the next."""
    try:
        config, warnings = reading.examine(file)
        findings = [Finding("configuration", "ok", tr("{file} is right", file=file))]
        if (pushed := held(place_for(file))).file:
            config, warnings = under(file, pushed)
            said = tr("over it lies what the fleet pushed at {at}", at=pushed.at)
            findings.append(Finding("configuration", "ok", said))
        findings += [Finding("configuration", "warn", str(each)) for each in warnings]
    except ConfigError as error:
        config = Config()
        findings = [_wrong(problem) for problem in error.problems]
    daemon = find(file, None)
    status: Status | None = None
    try:
        status = daemon.status()
        findings.append(parts.daemon(status, daemon))
    except VersionError:
        findings.append(parts.other_version(tr("runs another version, whose status can't be read")))
    except ControlError:
        findings.append(parts.daemon(None, daemon))
    findings += parts.panel(status) + fonts(status)
    if status:
        findings += parts.sources(status) + views(status)
    else:
        findings += asyncio.run(reach(config))
    findings += parts.broker(status, config) + machine.fleet_update(root, config)
    findings += [
        clock(root, status),
        parts.sound(status, config),
        parts.sent_sounds(config),
        *parts.gpio(status, config, root),
        *parts.keys(status, config),
    ]
    findings += [parts.picture(status), parts.display(status, config), secrets.files(config)]
    findings.append(https(status, config))
    kept = machine.kept_in(file, config)
    findings += [
        machine.supply(root),
        machine.heat(root),
        machine.disk(kept),
        *machine.folders(kept),
        machine.card(root),
        machine.watchdog(root),
    ]
    return findings


def first_boot(file: Path, root: Path = Path("/")) -> list[str]:
    """The sheet for the first boot on a real Pi, filled as far as a program can."""
    try:
        return report(find(file, None).status(), root)
    except ControlError:
        return report(None, root)


def _wrong(problem: Problem) -> Finding:
    do = (
        tr("correct the line; kioskd check") if problem.line else ""
    )  # else its words say what to do
    return Finding("configuration", "bad", str(problem), do)


def lines(findings: Iterable[Finding]) -> list[str]:
    """One line a finding, and what to do below what is wrong."""
    signs = {state: tr(sign) for state, sign in SIGNS.items()}
    widest = max(map(len, signs.values()))
    found = []
    for each in findings:
        found.append(f"[{signs[each.state].center(widest)}] {word(each.part)}: {each.said}")
        if each.do:
            found.append(f"       -> {each.do}")
    return list(map(one_line, found))


def worst(findings: Iterable[Finding]) -> int:
    """The exit code: 1 when something is bad."""
    return int(any(each.state == "bad" for each in findings))
