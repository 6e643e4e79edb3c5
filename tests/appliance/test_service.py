"""The daemon under systemd: started, reloaded, killed, frozen, and always back."""

import pytest

from tests.appliance.machine import Machine, until

pytestmark = pytest.mark.timeout(300)


def test_after_the_installation_it_runs_and_systemctl_status_says_how_it_is(
    machine: Machine,
) -> None:
    until(lambda: "tickets (" in machine.property("StatusText"), 20, "the source has answered")
    said = machine.run("systemctl", "status", "--no-pager", "kioskd")
    assert "active (running)" in said
    assert 'Status: "up ' in said
    assert "source demo connected" in said
