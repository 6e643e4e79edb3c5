"""What is taken from another kiosk needs a broker, another kiosk, and one owner a view."""

import pytest

from kioskd.config import Neighbour, reading
from kioskd.errors import ConfigError

MQTT = "kiosk: {id: Kiosk-B}\nmqtt: {url: 'mqtt://broker.example'}\n"


def source(sharer: str, views: str = "tickets") -> str:
    return f"  - {{kind: mqtt, name: from-{sharer}-{views}, from: {sharer}, views: [{views}]}}\n"


def said(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(ConfigError) as refusal:
        reading.parse(text.encode(), "k.yaml")
    return [(each.line, each.key, each.message) for each in refusal.value.problems]


def test_another_kiosks_views_are_taken_by_its_name() -> None:
    config = reading.parse(f"{MQTT}sources:\n{source('Kiosk-A')}".encode(), "k.yaml")
    (found,) = config.sources
    assert isinstance(found, Neighbour)
    assert (found.sharer, found.views) == ("Kiosk-A", ("tickets",))


def test_without_the_section_mqtt_there_is_nobody_to_take_them_from() -> None:
    ((line, key, message),) = said(f"sources:\n{source('Kiosk-A')}")
    assert (line, key) == (2, "sources[1]")
    assert "write the section mqtt" in message


def test_a_kiosk_can_not_feed_itself() -> None:
    ((_, key, message),) = said(f"{MQTT}sources:\n{source('Kiosk-B')}")
    assert key == "sources[1].from"
    assert "the kiosk itself" in message


@pytest.mark.parametrize("name", ["all", "group"])
def test_a_name_for_several_kiosks_names_none(name: str) -> None:
    ((_, key, message),) = said(f"{MQTT}sources:\n{source(name)}")
    assert key == "sources[1].from"
    assert "write the id of one" in message


def test_a_name_that_is_no_level_of_a_topic_is_refused() -> None:
    ((_, key, _),) = said(f"{MQTT}sources:\n{source('Kiosk+A')}")
    assert key == "sources[1].from"


def test_two_sources_that_own_one_view_are_refused() -> None:
    ((_, key, message),) = said(f"{MQTT}sources:\n{source('Kiosk-A')}{source('Kiosk-C')}")
    assert key == "sources[2].views"
    assert "tickets already comes from source" in message


def test_one_kiosk_is_one_source() -> None:
    both = source("Kiosk-A") + source("Kiosk-A", "projects")
    ((_, key, message),) = said(f"{MQTT}sources:\n{both}")
    assert key == "sources[2].from"
    assert "write all views there" in message
