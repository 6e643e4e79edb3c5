"""``keys``: what may be written, and what is said of slips."""

from pathlib import Path

import pytest

from kioskd.config import Config, Key, key_names, reading
from kioskd.errors import ConfigError
from tools import key_names as generator

HEADER = Path("/usr/include/linux/input-event-codes.h")
DEMO = "\nsources: [{kind: demo}]\n"


def loaded(text: str) -> Config:
    return reading.parse((text + DEMO).encode(), "k.yaml")


def said(text: str) -> list[str]:
    with pytest.raises(ConfigError) as refusal:
        loaded(text)
    return [str(problem).partition("keys")[2] for problem in refusal.value.problems]


def test_a_key_takes_the_actions_and_gestures_of_a_button() -> None:
    (key,) = loaded(
        "keys: [{key: KEY_KP1, device: '*Keypad*', press: next, hold: {switch: tickets}, "
        "hold_time: 2s, double: acknowledge}]"
    ).keys
    assert isinstance(key, Key)
    assert (key.key.code, key.device, key.hold_time) == (79, "*Keypad*", 2.0)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("KEY_PLAYPAUS", "KEY_PLAYPAUSE"),
        ("kp1", "KEY_KP1"),
        ("key_enter", "KEY_ENTER"),
        ("5", "KEY_5"),
        ("BTN_TRIGER", "BTN_TRIGGER"),
    ],
)
def test_a_slip_in_a_key_s_name_gets_a_proposal(written: str, meant: str) -> None:
    (wrong,) = said(f"keys: [{{key: {written}, press: next}}]")
    assert written in wrong  # the key of a keypad is no secret
    assert f"is no key's name; did you mean {meant}?; write a key's name such as" in wrong


def test_two_entries_of_one_key_are_told_apart_by_their_device_alone() -> None:
    assert said(
        "keys:\n"
        "  - {key: BTN_A, press: next}\n"
        "  - {key: BTN_SOUTH, press: previous}\n"  # the same key by its other name
        "  - {key: BTN_A, device: Pad, press: mute}\n"
        "  - {key: BTN_A, device: pad, press: mute}\n"
    ) == ["[2].key: stands in keys[1] already", "[4].key: stands in keys[3] already"]


def test_a_key_that_does_nothing_or_leads_nowhere_is_named() -> None:
    nothing, nowhere = said("keys: [{key: KEY_A}, {key: KEY_B, press: {switch: ticket}}]")
    assert nothing == "[1]: does nothing; give it press, hold or double"
    assert "no screen is called ticket; did you mean tickets?" in nowhere


def test_what_the_fleet_pushes_neither_gives_nor_takes_keys() -> None:
    own = "keys: [{key: KEY_KP1, press: next}]" + DEMO
    pushed = b"keys: [{key: KEY_A, press: mute}]\nalerts: {banner: 40s}\n"
    config = reading.combined(own.encode(), "own.yaml", pushed)[0]
    assert [(key.key, key.press) for key in config.keys] == [("KEY_KP1", "next")]
    assert reading.combined(DEMO.encode(), "own.yaml", pushed)[0].keys == ()


@pytest.mark.skipif(not HEADER.exists(), reason="needs Debian's package linux-libc-dev")
def test_the_names_are_those_of_the_kernel() -> None:
    theirs = generator.defined(HEADER.read_text())
    ours = key_names()
    assert {name: code for name, code in theirs.items() if code not in ours} == {}
    assert all(theirs[name] == code for code, name in ours.items() if name in theirs)
    assert len(theirs) > 600
