"""What may be written in the YAML file: types, reading, checking, the schema, which file is active.

Here belongs whatever decides what a configuration may say and where kioskd's files are. Nothing
here acts on a configuration: no sockets, no sound, no pins.
"""

from kioskd.config.sections.alerts import Alerts, Escalate
from kioskd.config.sections.base import Count, HttpUrl, Name, Pin, Port, Section, Volume, WsUrl
from kioskd.config.sections.glpi import Glpi, GlpiOauth, GlpiPeople
from kioskd.config.sections.gpio import (
    Action,
    ActionKeys,
    Button,
    Chord,
    Gpio,
    Led,
    Motion,
    PlainAction,
    Pull,
    Rotary,
)
from kioskd.config.sections.keys import Key, KeyName, key_names
from kioskd.config.sections.mqtt import Mqtt, MqttAuth, MqttFleet
from kioskd.config.sections.neighbour import Neighbour
from kioskd.config.sections.panels import OwnPanel
from kioskd.config.sections.programs import Call, Command
from kioskd.config.sections.screens import (
    AnyScreen,
    DashboardScreen,
    Filter,
    ImageScreen,
    NoticeScreen,
    PageHeader,
    PageScreen,
    ProjectsScreen,
    TicketsScreen,
    TrendsScreen,
)
from kioskd.config.sections.server import Limits, Server, Token
from kioskd.config.sections.sound import QuietHours, Sound, Sounds, Volumes
from kioskd.config.sections.source_base import Auth, NetworkSource, Source, TranslatedSource
from kioskd.config.sections.sources import AnySource, Channels, Demo, Rest, RestUrls
from kioskd.config.sections.wall import (
    Daytime,
    Display,
    DisplayHours,
    Kiosk,
    Rotation,
    StaleAfter,
    Turn,
)
from kioskd.config.sections.webhook import AcknowledgeCall, Webhook
from kioskd.config.sections.whole import Config
from kioskd.config.sections.words import (
    DAYS,
    SCREENS,
    SEVERITIES,
    STATUSES,
    VIEWS,
    Day,
    GuideField,
    HookPreset,
    Language,
    Meaning,
    Role,
    Severity,
    SoundName,
    Status,
    View,
)

__all__ = [
    "DAYS",
    "SCREENS",
    "SEVERITIES",
    "STATUSES",
    "VIEWS",
    "AcknowledgeCall",
    "Action",
    "ActionKeys",
    "Alerts",
    "AnyScreen",
    "AnySource",
    "Auth",
    "Button",
    "Call",
    "Channels",
    "Chord",
    "Command",
    "Config",
    "Count",
    "DashboardScreen",
    "Day",
    "Daytime",
    "Demo",
    "Display",
    "DisplayHours",
    "Escalate",
    "Filter",
    "Glpi",
    "GlpiOauth",
    "GlpiPeople",
    "Gpio",
    "GuideField",
    "HookPreset",
    "HttpUrl",
    "ImageScreen",
    "Key",
    "KeyName",
    "Kiosk",
    "Language",
    "Led",
    "Limits",
    "Meaning",
    "Motion",
    "Mqtt",
    "MqttAuth",
    "MqttFleet",
    "Name",
    "Neighbour",
    "NetworkSource",
    "NoticeScreen",
    "OwnPanel",
    "PageHeader",
    "PageScreen",
    "Pin",
    "PlainAction",
    "Port",
    "ProjectsScreen",
    "Pull",
    "QuietHours",
    "Rest",
    "RestUrls",
    "Role",
    "Rotary",
    "Rotation",
    "Section",
    "Server",
    "Severity",
    "Sound",
    "SoundName",
    "Sounds",
    "Source",
    "StaleAfter",
    "Status",
    "TicketsScreen",
    "Token",
    "TranslatedSource",
    "TrendsScreen",
    "Turn",
    "View",
    "Volume",
    "Volumes",
    "Webhook",
    "WsUrl",
    "key_names",
]
