"""Outputs of this machine: what the browser says of them stands in the status."""

import pytest

from kioskd.config import Config, OwnPanel
from kioskd.core.outputs import Outputs
from kioskd.core.part_faults import PartFaults
from kioskd.core.ports import Changed
from kioskd.core.state_words import word
from kioskd.errors import ProtocolError
from kioskd.words import speak

CONFIG = Config(panels=(OwnPanel(id="Kiosk-B", output="HDMI-A-2"),))


@pytest.fixture
def faults() -> PartFaults:
    return PartFaults(Changed())


@pytest.fixture
def outputs(faults: PartFaults) -> Outputs:
    return Outputs(CONFIG, faults)


def test_one_that_is_not_connected_is_named_with_those_that_are_until_it_is(
    outputs: Outputs, faults: PartFaults
) -> None:
    outputs.said("HDMI-A-2", "missing", "HDMI-A-1")
    fault = faults.all()["output HDMI-A-2"]
    assert (fault.message, fault.code, fault.about) == (
        "no screen is connected there for panel Kiosk-B; there are: HDMI-A-1",
        "output_missing",
        "HDMI-A-2",
    )
    outputs.said("HDMI-A-2", "")
    assert not faults.all()


def test_without_a_compositor_for_two_the_package_is_named(
    outputs: Outputs, faults: PartFaults
) -> None:
    outputs.said("HDMI-A-2", "not_installed")
    assert "sudo apt install sway" in faults.all()["output HDMI-A-2"].message


def test_it_is_said_in_the_language_that_is_spoken(outputs: Outputs, faults: PartFaults) -> None:
    speak("pt-BR")
    try:
        outputs.said("HDMI-A-2", "missing", "HDMI-A-1")
        said = faults.all()["output HDMI-A-2"].message
        part = word("output HDMI-A-2")
    finally:
        speak("en")
    assert said == "não há tela conectada ali para o painel Kiosk-B; há: HDMI-A-1"
    assert part == "saída HDMI-A-2"


def test_one_that_no_panel_has_any_more_has_no_fault(outputs: Outputs, faults: PartFaults) -> None:
    outputs.said("HDMI-A-2", "missing")
    outputs.configure(Config())
    assert not faults.all()


@pytest.mark.parametrize(("name", "code"), [("HDMI-A-1", "missing"), ("HDMI-A-2", "sad")])
def test_what_nobody_can_say_of_one_is_refused(outputs: Outputs, name: str, code: str) -> None:
    with pytest.raises(ProtocolError):
        outputs.said(name, code)
