"""What a panel says, and what the kiosk does about it."""

import logging
import time

from kioskd.config.names import clean_name
from kioskd.core import messages, outgoing
from kioskd.core.actor import Actor
from kioskd.core.alert_entry import Entry
from kioskd.core.alerting import Alerting
from kioskd.core.hub import Hub, Panel
from kioskd.core.kiosk import Kiosk
from kioskd.core.messages import Alert, Json
from kioskd.core.reporter import Reporter
from kioskd.core.words import WORDS
from kioskd.errors import ProtocolError
from kioskd.web import notice_api
from kioskd.web.alert_fields import snooze_seconds
from kioskd.web.asked import person
from kioskd.words import tr

log = logging.getLogger(__name__)
PERSONAL = ("acknowledge", "snooze", "notice", "end_notice")  # these may say `by` whom


class PanelMessages:
    """``development`` allows the message ``simulate``."""

    def __init__(
        self,
        kiosk: Kiosk,
        alerting: Alerting,
        reporter: Reporter,
        hub: Hub,
        development: bool,
    ) -> None:
        self.development = development
        self._kiosk = kiosk
        self._alerting = alerting
        self._reporter = reporter
        self._hub = hub

    def handle(self, panel: Panel, message: Json) -> None:
        """Do what a panel's message asks; raises ``ProtocolError`` for a wrong field."""
        kiosk, actor = self._kiosk, _actor(panel, message)
        match message["type"]:
            case "identify":
                name = "clientId" if message.get("clientId") is not None else "client_id"
                panel.client_id = clean_name(messages.text_field(message, name))
                panel.phone = message.get("controller") is True
                panel.screen = panel.screen or kiosk.screen_of(panel.client_id)
                self._reporter.greet(panel)
                kiosk.greet(panel)
            case "request_data":
                kiosk.request(panel, messages.parse_view(message))
            case "remote_switch":
                wish = messages.parse_switch(message)
                kiosk.switch(wish.target, actor, wish.client_id)
            case "acknowledge":
                self._acknowledge(message, actor)
            case "snooze":
                seconds = snooze_seconds(message, self._alerting)
                self._alerting.snooze(_meant(message, self._alerting), seconds, actor)
            case "request_alert_history":
                history = self._alerting.alerts.history()
                self._hub.send(panel, messages.encode(history), "alert_history")
            case "mute":
                self._alerting.mute(messages.seconds_field(message, "seconds"), actor)
            case "notice":
                notice_api.post(kiosk, message, actor)
            case "end_notice":
                notice_api.end(kiosk, message, actor)
            case "test_sound":
                kiosk.test_sound(messages.sound_field(message))
            case "painted":
                self._painted(panel, message)
            case "ping":
                self._hub.send(panel, messages.encode(outgoing.Pong()))
            case "request_ip":
                answer = messages.encode(outgoing.ClientIp(panel.address))
                self._hub.send(panel, answer)
            case "simulate":
                self._simulate(message)
            case other:
                if self._reporter.count_unknown(other[:60]):
                    log.info("a panel sent a message of the unknown type %r; ignored", other[:60])

    def _acknowledge(self, message: Json, actor: Actor) -> None:
        found = _meant(message, self._alerting)
        if found or message.get("id") is None:
            self._alerting.acknowledge(found, actor)
        else:
            self._alerting.acknowledge_id(messages.text_field(message, "id"), actor)

    def _painted(self, panel: Panel, message: Json) -> None:
        fresh, panel.painted = panel.painted is None, time.monotonic()
        screen = messages.text_field(message, "screen") or None
        panel.build = messages.text_field(message, "build")
        if fresh or screen != panel.screen:
            panel.screen = screen
            self._reporter.publish()

    def _simulate(self, message: Json) -> None:
        """Made-up events, as if a source had sent them, so that the whole chain is tried."""
        if not self.development:
            raise ProtocolError(tr("`simulate` works in demo and development mode only"))
        url = messages.text_field(message, "soundUrl") or None
        match message.get("event"):
            case "new_ticket":
                level = WORDS.priority(messages.text_field(message, "priority")) or "medium"
                self._kiosk.alert(level, messages.text_field(message, "title", "Teste"), url)
            case "project_update":
                name = messages.text_field(message, "name", "Teste")
                self._alerting.take(Alert("project_update_alert", "", name, "medium", url))
            case "sound":
                self._kiosk.ring(Alert("new_ticket_alert", "", "", "medium", url))
            case other:
                raise ProtocolError(
                    tr("`event` {other!r:.60} is none that can be simulated", other=other)
                )


def _actor(panel: Panel, message: Json) -> Actor:
    """A phone is its person, where that is known; any other panel has its name."""
    name = person(message) if message["type"] in PERSONAL else ""
    if panel.phone or panel.person:  # a device that was paired has its name from then
        return Actor("phone", name or panel.person)
    return Actor("panel", name or panel.client_id)


def _meant(message: Json, alerting: Alerting) -> list[Entry]:
    """The alerts that a message is about: one life, one id, or all that call."""
    number, alerts = messages.number_field(message), alerting.alerts
    if number is not None:
        return alerts.find(number=number)
    if message.get("id") is None:
        return alerts.find()
    return alerts.find(identity=messages.text_field(message, "id"))
