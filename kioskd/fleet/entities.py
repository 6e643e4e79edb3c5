"""What Home Assistant shows of a kiosk: each entity, where its state is, and what it commands.

The keys are those of Home Assistant's MQTT integration (home-assistant.io/integrations/mqtt).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from kioskd.config import SCREENS, Language
from kioskd.fleet.state import GESTURES
from kioskd.fleet.topics import Topics, command

Entity = dict[str, Any]
BY = '"by": "Home Assistant"'
# In the order of the languages: Portuguese, English, Spanish.
NAMES: dict[str, tuple[str, str, str]] = {
    "screen": ("Tela", "Screen", "Pantalla"),
    "notice": ("Aviso", "Notice", "Aviso"),
    "next": ("Próxima tela", "Next screen", "Pantalla siguiente"),
    "previous": ("Tela anterior", "Previous screen", "Pantalla anterior"),
    "acknowledge": ("Ciente de tudo", "Acknowledge all", "Enterado de todo"),
    "refresh": ("Atualizar dados", "Refresh data", "Actualizar datos"),
    "test_sound": ("Testar som", "Test sound", "Probar sonido"),
    "restart_browser": ("Reiniciar navegador", "Restart browser", "Reiniciar navegador"),
    "end_notice": ("Encerrar avisos", "End notices", "Terminar avisos"),
    "button": ("Botão da sala", "Button of the room", "Botón de la sala"),
    "mute": ("Silêncio", "Mute", "Silencio"),
    "display": ("Visor ligado", "Display on", "Visor encendido"),
    "volume": ("Volume", "Volume", "Volumen"),
    "critical": ("Chamados críticos", "Critical tickets", "Tickets críticos"),
    "high": ("Chamados altos", "High tickets", "Tickets altos"),
    "medium": ("Chamados médios", "Medium tickets", "Tickets medios"),
    "low": ("Chamados baixos", "Low tickets", "Tickets bajos"),
    "alerts": ("Alertas ativos", "Active alerts", "Alertas activas"),
    "oldest": ("Idade dos dados", "Age of the data", "Edad de los datos"),
    "sources": ("Fontes conectadas", "Sources connected", "Fuentes conectadas"),
    "version": ("Versão", "Version", "Versión"),
    "uptime": ("Ligado há", "Uptime", "Encendido desde hace"),
    "temperature": ("Temperatura", "Temperature", "Temperatura"),
    "problem": ("Problema", "Problem", "Problema"),
    "undervoltage": ("Subtensão", "Undervoltage", "Subtensión"),
    "screenshot": ("Fotografar a tela", "Take a picture of the screen", "Fotografiar la pantalla"),
    "image": ("Foto da tela", "Picture of the screen", "Foto de la pantalla"),
    "picture": ("Imagem comprovada", "Picture proved", "Imagen comprobada"),
}
LANGUAGES: dict[Language, int] = {"pt-BR": 0, "en": 1, "es": 2}
BUTTONS = (
    *("next", "previous", "acknowledge", "refresh", "test_sound", "restart_browser"),
    "end_notice",
    "screenshot",
)
PICTURES = ("screenshot", "image")
"""The entities of which there are none unless ``mqtt.screenshots`` is true."""


def entities(
    topics: Topics,
    language: Language,
    screens: Sequence[str] = SCREENS,
    there_is: Mapping[str, bool] | None = None,
    picture: str = "image/png",
) -> dict[str, Entity]:
    """Each entity by its key, with an id that stays whatever the kiosk is called.

    An entity that ``there_is`` not, or not any more, has its platform only: so Home Assistant
    removes it. ``picture``: the format of a picture of the screen.
    """
    found = _commanded(topics, screens) | _measured(topics) | _judged(topics)
    at = LANGUAGES[language]
    for key, entity in found.items():
        entity["unique_id"] = f"kioskd_{topics.kiosk}_{key}"
        entity["name"] = NAMES[key][at]
    found["image"]["content_type"] = picture
    for key, is_there in (there_is or {}).items():
        if not is_there:
            found[key] = {"p": found[key]["p"]}
    return found


def _commanded(topics: Topics, screens: Sequence[str]) -> dict[str, Entity]:
    status, kiosk = topics.of("status"), topics.kiosk
    found: dict[str, Entity] = {
        "screen": {
            "p": "select",
            "command_topic": command(kiosk, "switch"),
            "command_template": '{"screen": {{ value | tojson }}, ' + BY + "}",
            "options": list(screens),
            "state_topic": topics.of("screen"),
            "value_template": "{{ value_json.screen }}",
        },
        "notice": {
            "p": "notify",
            "command_topic": command(kiosk, "notice"),
            "command_template": '{"text": {{ value | tojson }}, ' + BY + "}",
        },
        "mute": {
            "p": "switch",
            "command_topic": command(kiosk, "mute"),
            "payload_on": '{"seconds": 1800, ' + BY + "}",
            "payload_off": '{"seconds": 0, ' + BY + "}",
            "state_on": "ON",
            "state_off": "OFF",
            "state_topic": status,
            "value_template": "{{ 'ON' if value_json.sound.muted > 0 else 'OFF' }}",
        },
        "display": {
            "p": "switch",
            "command_topic": command(kiosk, "display"),
            "payload_on": '{"on": true, ' + BY + "}",
            "payload_off": '{"on": false, ' + BY + "}",
            "state_on": "ON",
            "state_off": "OFF",
            "state_topic": status,
            "value_template": "{{ 'OFF' if value_json.display == 'off' else 'ON' }}",
        },
        "volume": {
            "p": "number",
            "command_topic": command(kiosk, "volume"),
            "command_template": '{"percent": {{ value | int }}, ' + BY + "}",
            "min": 0,
            "max": 100,
            "step": 1,
            "unit_of_measurement": "%",
            "state_topic": status,
            "value_template": "{{ value_json.sound.volume }}",
        },
    }
    for name in BUTTONS:
        found[name] = {
            "p": "button",
            "command_topic": command(kiosk, name),
            "payload_press": "{" + BY + "}",
        }
    return found


def _measured(topics: Topics) -> dict[str, Entity]:
    status = topics.of("status")

    def sensor(template: str, **more: Any) -> Entity:
        value = "{{ " + template + " }}"
        return {"p": "sensor", "state_topic": status, "value_template": value, **more}

    counted = {"state_class": "measurement"}
    aside = {"entity_category": "diagnostic"}
    seconds = {"device_class": "duration", "unit_of_measurement": "s", **counted}
    severities = ("critical", "high", "medium", "low")
    found = {each: sensor(f"value_json.tickets.{each}", **counted) for each in severities}
    connected = "value_json.sources | selectattr('state', 'eq', 'connected') | list | count"
    return found | {
        "alerts": sensor("value_json.total", **counted) | {"state_topic": topics.of("alerts")},
        "oldest": sensor("value_json.oldest", **seconds),
        "sources": sensor(connected, **counted, **aside),
        "version": sensor("value_json.version", **aside),
        "uptime": sensor("value_json.uptime", **seconds, **aside),
        "temperature": sensor(
            "value_json.temperature",
            device_class="temperature",
            unit_of_measurement="°C",
            **counted,
            **aside,
        ),
    }


def _judged(topics: Topics) -> dict[str, Entity]:
    status = topics.of("status")

    def sensor(topic: str, value: str, **more: Any) -> Entity:
        # What is not known is neither: Home Assistant takes None as unknown.
        said = "{{ 'None' if VALUE is none else ('ON' if VALUE else 'OFF') }}"
        template = said.replace("VALUE", value)
        return {"p": "binary_sensor", "state_topic": topic, "value_template": template, **more}

    return {
        "problem": sensor(
            status,
            "(value_json.faults | count > 0)",
            device_class="problem",
            json_attributes_topic=status,
            json_attributes_template="{{ {'faults': value_json.faults} | tojson }}",
        ),
        "undervoltage": sensor(
            status,
            "value_json.undervoltage",
            device_class="problem",
            entity_category="diagnostic",
        ),
        "button": {
            "p": "event",
            "device_class": "button",
            "event_types": list(GESTURES),
            "state_topic": topics.of("button"),
        },
        "image": {"p": "image", "image_topic": topics.of("screenshot")},
        "picture": sensor(topics.of("picture"), "value_json.proved", entity_category="diagnostic"),
    }
