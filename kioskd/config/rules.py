"""Keys that contradict each other across sections.

Every rule looks only at keys that are right themselves: a section with a wrong key still has its
other keys compared.
"""

import ipaddress
import re
import urllib.parse
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from kioskd.config import yamlfile
from kioskd.config.checking import WRONG, near
from kioskd.config.hosts import is_loopback
from kioskd.config.names import TAKEN, clean_name, no_level
from kioskd.config.scalars import Duration
from kioskd.config.secret import shown
from kioskd.config.sections.keys import key_names
from kioskd.config.sections.neighbour import Neighbour
from kioskd.config.sections.source_base import Source
from kioskd.config.sections.sources import Demo
from kioskd.config.sections.webhook import Webhook
from kioskd.config.sections.whole import Config
from kioskd.config.sections.words import SCREENS, VIEWS
from kioskd.config.yamlfile import Document
from kioskd.config.yamlfile import Path as Place
from kioskd.words import later, tr

Broken = Iterator[tuple[Place, str]]
_WAITS = ("timeout", "heartbeat", "refresh", "interval")
_NO_ORIGIN = later("{origin} is no origin; write http://name or https://name, and no path")
_HEADER = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)  # RFC 9110, a token
SHORTEST_WAIT = 0.1  # seconds


def contradictions(document: Document, found: Any) -> None:
    """Name in ``document`` what contradicts in ``found``: a ``Config``, or what is right of one."""
    if found is WRONG:
        return
    for rule in RULES:
        for path, message in rule(found):
            document.complain(path, message)


def _right(*values: object) -> bool:
    return all(value is not WRONG for value in values)


def _each(values: Any, path: Place) -> Iterator[tuple[Place, Any]]:
    for i, value in enumerate(values if _right(values) else ()):
        if _right(value):
            yield (*path, i), value


def _expressions(found: Any) -> Broken:
    for path, source in _each(found.sources, ("sources",)):
        if not isinstance(source, Webhook):
            continue
        from kioskd.config import expressions  # late: few have webhooks

        given = {
            "each": source.each,
            "id": source.id,
            "title": source.headline,
            "severity": source.severity,
            "open": source.open,
            "entity": source.entity,
            "description": source.description,
            "link": source.link,
        }
        for name, text in given.items():
            if text is not None and _right(text) and (why := expressions.wrong(text)):
                yield (*path, name), tr("is no JMESPath expression: {why}", why=why)


def _names(found: Any) -> Broken:
    titles: set[str] = set()
    for path, source in _each(found.sources, ("sources",)):
        if _right(source.name):
            title = source.name or source.kind
            if title in titles:
                yield (
                    path,
                    tr("two sources are called {title!r}; give one a name of its own", title=title),
                )
            titles.add(title)


def _owners(found: Any) -> Broken:
    owners: dict[tuple[str, bool], str] = {}
    for path, source in _each(found.sources, ("sources",)):
        for _, view in _each(source.views, path):
            key = (
                view,
                source.kind == Demo.__struct_config__.tag,
            )  # a demo gives way: ``without_idle_demo``
            if key in owners:
                wrong = tr(
                    "{view} already comes from source {source!r}; a view has one owner",
                    view=view,
                    source=owners[key],
                )
                yield (*path, "views"), wrong
            title = source.name if _right(source.name) else ""
            owners.setdefault(key, title or source.kind)


def without_idle_demo(config: Config) -> Config:
    """Without a demo that shares a view with a real source: invented tickets would pass as real."""
    real = {
        view
        for source in config.sources
        if source.kind != Demo.__struct_config__.tag
        for view in source.views
    }
    kept = [
        s
        for s in config.sources
        if s.kind != Demo.__struct_config__.tag or not real.intersection(s.views)
    ]
    return msgspec.structs.replace(config, sources=tuple(kept))


def _screens(found: Any) -> Broken:
    """A name that stands twice, or for another kind than it always did."""
    if not _right(found.screens):
        return
    names: set[str] = set()
    for path, screen in _each(found.screens, ("screens",)):
        name = screen.name
        if not _right(name):
            continue
        if name in names:
            yield (
                (*path, "name"),
                tr("two screens are called {name}; give one a name of its own", name=name),
            )
        if name in SCREENS and name != screen.kind:
            yield (
                (*path, "name"),
                tr("{name} is the name of a screen of kioskd's own; write another", name=name),
            )
        names.add(name)


def _panels(found: Any) -> Broken:
    """Ids that stand twice, or that no panel can have; outputs and screens that stand twice."""
    ids: set[str] = set()
    outputs: set[str] = set()
    for path, panel in _each(found.panels, ("panels",)):
        if _right(panel.id):
            if panel.id != clean_name(panel.id):
                yield (*path, "id"), tr("must be one line, without blanks around it")
            if panel.id in ids:
                yield (
                    (*path, "id"),
                    tr("{id} stands twice; write all of it in one place", id=panel.id),
                )
            ids.add(panel.id)
        if _right(panel.output) and panel.output is not None:
            if panel.output in outputs:
                wrong = tr("{output} has a panel already; it shows one", output=panel.output)
                yield (*path, "output"), wrong
            outputs.add(panel.output)
        names: set[str] = set()
        for place, name in _each(panel.screens, (*path, "screens")):
            if name in names:
                yield place, tr("{name} stands twice; one turn of each is enough", name=name)
            names.add(name)


def _switches(found: Any) -> Broken:
    """Who asks for a screen that there is not."""
    screens = found.screens if _right(found.screens) else ()
    if not _right(found.screens, *screens, *(each.name for each in screens if _right(each))):
        return  # the one that is asked for may be the one that is wrong
    known = [*dict.fromkeys((*(each.name for each in screens), *SCREENS))]
    for path, name in _asked_screens(found):
        turning = path[0] in ("rotation", "panels")
        options = [each for each in known if not turning or each != "remote"]
        if name not in options:
            wrong = tr("no screen is called {name}{hint}", name=name, hint=near(name, options))
            yield path, tr("{wrong} (there are: {names})", wrong=wrong, names=", ".join(options))


def _asked_screens(found: Any) -> Iterator[tuple[Place, str]]:
    if found.rotation is not None and _right(found.rotation):
        for path, turn in _each(found.rotation.screens, ("rotation", "screens")):
            if _right(turn.screen):
                yield (*path, "screen"), turn.screen
    for path, panel in _each(found.panels, ("panels",)):
        yield from _each(panel.screens, (*path, "screens"))
    actions: list[tuple[Place, Any]] = []
    gestures = ("press", "hold", "double")
    for path, button in (*_each(found.buttons, ("buttons",)), *_each(found.keys, ("keys",))):
        actions += [((*path, gesture), getattr(button, gesture)) for gesture in gestures]
    actions += [((*path, "press"), chord.press) for path, chord in _each(found.chords, ("chords",))]
    if found.motion is not None and _right(found.motion):
        actions.append((("motion", "action"), found.motion.action))
    for path, action in actions:
        if isinstance(name := getattr(action, "switch", None), str):
            yield (*path, "switch"), name


def _waits(found: Any) -> Broken:
    for path, source in _each(found.sources, ("sources",)):
        for name in _WAITS:
            wait = getattr(source, name, None)
            if isinstance(wait, Duration) and wait < SHORTEST_WAIT:
                yield (*path, name), tr("must be at least 100ms; with less it would never rest")


def _ages(found: Any) -> Broken:
    """A view that is asked for less often than it may be old would be called old for ever."""
    ages = found.stale_after
    if not _right(ages) or not _right(*(getattr(ages, view) for view in VIEWS)):
        return
    for _, source in _each(found.sources, ("sources",)):
        if not isinstance(source, Source) or not _right(*source.views):
            continue
        for view in source.views:
            given = getattr(ages, view)
            every = source.asked_every(view, ages)
            if given is not None and given <= every > 0:
                yield (
                    ("stale_after", view),
                    tr(
                        "counts as old after {given}, but source {source!r} is asked for it "
                        "every {every} "
                        "only; write a longer time, or a shorter one there",
                        given=given,
                        source=source.title,
                        every=Duration(every),
                    ),
                )


def _links(found: Any) -> Broken:
    for path, source in _each(found.sources, ("sources",)):
        urls = getattr(source, "urls", None)
        given = [("url", getattr(source, "url", None))]
        if urls is not None and _right(urls):
            given += [(f"urls.{view}", getattr(urls, view)) for view in VIEWS]
        for name, url in given:
            if isinstance(url, str) and (reason := _no_address(url)):
                yield (
                    (*path, *name.split(".")),
                    tr("{url} can't be used: {reason}", url=shown(repr(url)), reason=reason),
                )
        origin = getattr(source, "origin", None)
        if isinstance(origin, str) and not _is_origin(origin):
            yield (*path, "origin"), tr(_NO_ORIGIN, origin=shown(repr(origin)))
        for place, auth in _each(getattr(source, "auth", ()), (*path, "auth")):
            for name in ("header", "cookie"):
                yield from _word(getattr(auth, name), name, (*place, name))
            yield from _prefix(auth.prefix, place)


def _pages(found: Any) -> Broken:
    """Addresses and headers of the pages that are screens, and whom they trust."""
    trusts: dict[str, str | None] = {}
    for path, screen in _each(found.screens, ("screens",)):
        url, header = getattr(screen, "url", None), getattr(screen, "header", None)
        if isinstance(url, str) and (reason := _no_address(url)):
            yield (
                (*path, "url"),
                tr("{url} can't be used: {reason}", url=shown(repr(url)), reason=reason),
            )
        if header is not None and _right(header):
            yield from _word(header.name, "header", (*path, "header", "name"))
            yield from _prefix(header.prefix, (*path, "header"))
        trusted = getattr(screen, "ca_file", None)
        if isinstance(url, str) and not _no_address(url) and _right(trusted):
            server = urllib.parse.urlsplit(url).netloc.lower()
            if trusts.setdefault(server, trusted) != trusted:
                yield (
                    (*path, "ca_file"),
                    tr("another page of {server} has another ca_file", server=server),
                )


def _word(word: object, kind: str, path: Place) -> Broken:
    if isinstance(word, str) and not _HEADER.fullmatch(word):
        yield path, tr("this is no name of a {name}; write one word", name=kind)


def _prefix(prefix: object, path: Place) -> Broken:
    if isinstance(prefix, str) and not prefix.isprintable():
        yield (*path, "prefix"), tr("must be plain text in one line")


def _calls(found: Any) -> Broken:
    """Other addresses that are called: proxies, the broker, and programs that are told."""
    given: list[tuple[Place, object]] = [
        (("proxy",), found.proxy),
        (("mqtt", "url"), _inner(found.mqtt, "url")),
        (
            ("alerts", "escalate", "webhook", "url"),
            _inner(found.alerts, "escalate", "webhook", "url"),
        ),
    ]
    for path, source in _each(found.sources, ("sources",)):
        given.append(((*path, "proxy"), _inner(source, "proxy")))
        given.append(((*path, "acknowledge", "url"), _inner(source, "acknowledge", "url")))
    for path, url in given:
        if isinstance(url, str) and url != "direct" and (reason := _no_address(url)):
            yield path, tr("{url} can't be used: {reason}", url=shown(repr(url)), reason=reason)


def _inner(section: Any, *names: str) -> Any:
    """What stands there; None where it doesn't, or where a section on the way is wrong."""
    for name in names:
        section = getattr(section, name, None)
    return section


def _no_address(url: str) -> str | None:
    """Why ``url`` is no address; None for a good one."""
    try:
        parts = urllib.parse.urlsplit(url)
        if not parts.hostname:
            return tr("it names no host")
        if parts.port == 0:
            return tr("there is no port 0")
        parts.hostname.encode("idna")
    except UnicodeError:
        return tr("its host's name is misspelled")
    except ValueError as error:
        return shown(str(error))
    return None


def _token(found: Any) -> Broken:
    server = found.server
    if not _right(server) or not _right(server.host, server.token_file, server.open_without_token):
        return
    if not is_loopback(server.host) and not (server.token_file or server.open_without_token):
        yield (
            ("server", "host"),
            tr(
                "listens to the network without a token; set token_file, or open_without_token: "
                "true"
            ),
        )


def _certificate(found: Any) -> Broken:
    server = found.server
    if not _right(server) or not _right(server.certificate, server.key, server.https):
        return
    if (server.certificate is None) != (server.key is None):
        there, missing = ("key", "certificate") if server.key else ("certificate", "key")
        yield ("server", there), tr("needs {missing}, too: HTTPS takes both", missing=missing)
    elif server.https and server.certificate:
        yield ("server", "https"), tr("a certificate is given already; remove https or certificate")


def _origins(found: Any) -> Broken:
    if not _right(found.server):
        return
    public = found.server.public_url
    given = [*_each(found.server.allowed_origins, ("server", "allowed_origins"))]
    if public is not None and _right(public):
        given.append((("server", "public_url"), public))
    for path, origin in given:
        if not _is_origin(origin):
            yield path, tr(_NO_ORIGIN, origin=shown(repr(origin)))


def _is_origin(text: str) -> bool:
    try:
        parts = urllib.parse.urlsplit(text)
        return bool(parts.netloc) and f"{parts.scheme}://{parts.netloc}" == text
    except ValueError:
        return False


def _addresses(found: Any) -> Broken:
    if not _right(found.server):
        return
    for path, proxy in _each(found.server.trusted_proxies, ("server", "trusted_proxies")):
        try:
            ipaddress.ip_address(proxy)
        except ValueError:
            yield (
                path,
                tr(
                    "{proxy} is no address; write one such as 192.168.0.10",
                    proxy=shown(repr(proxy)),
                ),
            )


def _pins(found: Any) -> Broken:
    taken: dict[int, str] = {}
    for path, pin in _used_pins(found):
        if pin in taken:
            wrong = tr(
                "GPIO{pin} is already used by {part}; every part needs a pin of its own",
                pin=pin,
                part=taken[pin],
            )
            yield path, wrong
        taken.setdefault(pin, yamlfile.key(path))


_NO_BUTTON = later("no button is at GPIO{pin}; write it into buttons, too")


def _chords(found: Any) -> Broken:
    """A chord is of two buttons; nobody can tell two chords of the same two apart."""
    buttons = [each.pin for _, each in _each(found.buttons, ("buttons",)) if _right(each.pin)]
    taken: dict[frozenset[int], str] = {}
    for path, chord in _each(found.chords, ("chords",)):
        if not _right(chord.pins) or not _right(*chord.pins):
            continue
        if chord.pins[0] == chord.pins[1]:
            yield (*path, "pins"), tr("must be two different pins")
            continue
        for at, pin in enumerate(chord.pins):
            if pin not in buttons:
                yield (*path, "pins", at), tr(_NO_BUTTON, pin=pin)
        if (both := frozenset(chord.pins)) in taken:
            yield (*path, "pins"), tr("stands in {other} already", other=taken[both])
        taken.setdefault(both, yamlfile.key(path))


def _keys(found: Any) -> Broken:
    """Nobody can tell two presses of the same key apart."""
    taken: dict[tuple[str, str], str] = {}
    for path, key in _each(found.keys, ("keys",)):
        if not _right(key.key, key.device):
            continue
        same = key_names()[key.key.code], (key.device or "").lower()
        if same in taken:
            yield (*path, "key"), tr("stands in {other} already", other=taken[same])
        taken.setdefault(same, yamlfile.key(path))


def _used_pins(found: Any) -> Iterator[tuple[Place, int]]:
    parts = [*_each(found.buttons, ("buttons",)), *_each(found.leds, ("leds",))]
    if found.motion is not None and _right(found.motion):
        parts.append((("motion",), found.motion))
    for path, part in parts:
        if _right(part.pin):
            yield (*path, "pin"), part.pin
    if found.rotary is not None and _right(found.rotary):
        yield from _each(found.rotary.pins, ("rotary", "pins"))


def _display(found: Any) -> Broken:
    display = found.display
    if not _right(display):
        return
    commands = display.commands if _right(display.backend, display.commands) else None
    if display.backend == "command" and commands is not None and not {"on", "off"} <= set(commands):
        missing = sorted({"on", "off"} - set(commands))
        yield (
            ("display", "backend"),
            tr("backend command needs commands for {missing}", missing=tr(" and ").join(missing)),
        )
    shell = _right(display.browser, display.backend) and display.browser == "chromium-shell"
    if shell and display.backend in ("wlr-randr", "wlopm"):
        said = tr(
            "{backend} can't darken what chromium-shell shows; write auto or chromium",
            backend=display.backend,
        )
        yield ("display", "browser"), said
    if _right(display.off_without_motion) and display.off_without_motion and found.motion is None:
        wrong = tr("needs a motion sensor; add the section motion with its pin, or write 0")
        yield ("display", "off_without_motion"), wrong


def _mqtt(found: Any) -> Broken:
    if not _right(found.mqtt) or found.mqtt is None:
        return
    if _right(found.kiosk) and _right(found.kiosk.id) and (why := no_level(found.kiosk.id)):
        yield ("kiosk", "id"), tr("can't be a part of MQTT's topics: {why}", why=why)


def _neighbours(found: Any) -> Broken:
    """What is taken from another kiosk needs the broker, and that other kiosk."""
    sharers: set[str] = set()
    for path, source in _each(found.sources, ("sources",)):
        if source.kind != Neighbour.__struct_config__.tag:
            continue
        if found.mqtt is None:
            yield path, tr("takes what a kiosk shares over a broker; write the section mqtt, too")
        if not _right(source.sharer):
            continue
        if _right(found.kiosk) and found.kiosk.id == source.sharer:
            yield (
                (*path, "from"),
                tr("this is the kiosk itself; write the id of the one that shares"),
            )
        if source.sharer in TAKEN:
            yield (
                (*path, "from"),
                tr("{kiosk} means several kiosks; write the id of one", kiosk=source.sharer),
            )
        if source.sharer in sharers:
            yield (
                (*path, "from"),
                tr("{kiosk} is a source already; write all views there", kiosk=source.sharer),
            )
        sharers.add(source.sharer)


RULES: tuple[Callable[[Config], Broken], ...] = (
    _names,
    _expressions,
    _owners,
    _screens,
    _panels,
    _switches,
    _waits,
    _ages,
    _links,
    _pages,
    _calls,
    _token,
    _certificate,
    _origins,
    _addresses,
    _pins,
    _chords,
    _keys,
    _display,
    _mqtt,
    _neighbours,
)
