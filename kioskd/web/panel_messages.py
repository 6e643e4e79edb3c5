"""What a panel says, and what the kiosk does about it."""

import logging
import time

from kioskd.config import View
from kioskd.core import messages
from kioskd.core.hub import Panel
from kioskd.core.kiosk import Kiosk, own_id
from kioskd.core.messages import Alert, Json
from kioskd.core.words import WORDS
from kioskd.errors import ProtocolError

log = logging.getLogger(__name__)
MOST_UNKNOWN = 100  # kinds of unknown messages that are counted


def handle(kiosk: Kiosk, panel: Panel, message: Json) -> None:
    """Do what a panel's message asks; raises ``ProtocolError`` for a wrong field."""
    match message["type"]:
        case "identify":
            name = "clientId" if message.get("clientId") is not None else "client_id"
            panel.client_id = messages.text_field(message, name)
            panel.screen = panel.screen or kiosk.state.screen
            kiosk.greet(panel)
        case "request_data":
            _requested(kiosk, panel, messages.parse_view(message))
        case "remote_switch":
            wish = messages.parse_switch(message)
            kiosk.switch(wish.target, "panel", wish.client_id)
        case "acknowledge":
            given = message.get("id")
            identity = None if given is None else messages.text_field(message, "id")
            kiosk.acknowledge(identity, "panel")
        case "mute":
            kiosk.mute(messages.seconds_field(message, "seconds"), "panel")
        case "test_sound":
            kiosk.test_sound(messages.sound_field(message))
        case "painted":
            _painted(kiosk, panel, message)
        case "ping":
            kiosk.hub.send(panel, messages.frame("pong"))
        case "request_ip":
            kiosk.hub.send(panel, messages.frame("client_ip_response", client_ip=panel.address))
        case "simulate":
            _simulate(kiosk, message)
        case other:
            _unknown(kiosk, other[:60])


def _requested(kiosk: Kiosk, panel: Panel, view: View) -> None:
    if view in kiosk.state.held:
        kiosk.hub.send(panel, kiosk.state.held[view].update.frame, view)
    if kiosk.state.stale(view):
        kiosk.ask(view)


def _painted(kiosk: Kiosk, panel: Panel, message: Json) -> None:
    fresh, panel.painted = panel.painted is None, time.monotonic()
    screen = messages.text_field(message, "screen") or None
    panel.build = messages.text_field(message, "build")
    if fresh or screen != panel.screen:
        panel.screen = screen
        kiosk.publish_status()


def _simulate(kiosk: Kiosk, message: Json) -> None:
    """Made-up events, as if a source had sent them, so that the whole chain is tried."""
    if not kiosk.config.kiosk.development:
        raise ProtocolError("`simulate` works in demo and development mode only")
    url = messages.text_field(message, "soundUrl") or None
    match message.get("event"):
        case "new_ticket":
            level = WORDS.priority(messages.text_field(message, "priority")) or "medium"
            kiosk.alert(level, messages.text_field(message, "title", "Teste"), url)
        case "project_update":
            name = messages.text_field(message, "name", "Teste")
            kiosk.raise_alert(Alert("project_update_alert", own_id(), name, "medium", url))
        case "sound":
            kiosk.ring(Alert("new_ticket_alert", own_id(), "", "medium", url))
        case other:
            raise ProtocolError(f"`event` {other!r:.60} is none that can be simulated")


def _unknown(kiosk: Kiosk, kind: str) -> None:
    if kind not in kiosk.unknown and len(kiosk.unknown) < MOST_UNKNOWN:
        log.info("a panel sent a message of the unknown type %r; ignored", kind)
    if kind in kiosk.unknown or len(kiosk.unknown) < MOST_UNKNOWN:
        kiosk.unknown[kind] += 1
