"""The package: installed, upgraded, removed, and gone."""

import pytest

from tests.e2e.appliance.machine import CONFIG, Machine, until
from tests.support.variants import NEWER, OLDER

pytestmark = pytest.mark.timeout(300)
BOOKS = (  # what Debian's own programs write down about any package
    *("/var/lib/dpkg", "/var/lib/apt", "/var/cache/apt", "/var/cache/debconf", "/var/log"),
    "/var/cache/man",
    *("/var/cache/ldconfig", "/var/lib/systemd", "/proc", "/sys", "/run", "/tmp", "/dev"),
    *("/etc/passwd-", "/etc/group-", "/etc/shadow-", "/etc/gshadow-", "/etc/.pwd.lock"),
    *("/packages", "/var/tmp", "/etc/subuid-", "/etc/subgid-"),
)


def files(machine: Machine) -> set[str]:
    prune = " -o ".join(f"-path {path}" for path in BOOKS)
    return set(machine.run("sh", "-c", f"find / \\( {prune} \\) -prune -o -print").splitlines())


def people(machine: Machine) -> set[str]:
    return set(machine.run("cat", "/etc/passwd", "/etc/group").splitlines())


def test_it_comes_upgrades_and_goes_without_a_trace(bare: Machine) -> None:
    before, knew = files(bare), people(bare)

    bare.install(f"kioskd-{OLDER}.deb")
    until(lambda: bare.active() and bare.status() is not None, 30, "it runs")
    assert bare.run("ps", "-o", "user=", "-p", str(bare.pid())).strip() == "kioskd"
    assert bare.run("systemctl", "is-enabled", "kioskd", "kioskd-browser") == "enabled\n" * 2

    edited = bare.run("cat", CONFIG) + "\n# edited by hand\n"
    bare.write(CONFIG, edited)
    bare.run("systemctl", "reload", "kioskd")
    bare.run("sh", "-c", "echo mine > /var/lib/kioskd/mine")
    pid = bare.pid()
    bare.install(f"kioskd-{NEWER}.deb")
    until(lambda: bare.active() and bare.pid() not in (0, pid), 30, "the new one runs")
    assert bare.run("cat", CONFIG) == edited
    assert bare.run("cat", "/var/lib/kioskd/mine") == "mine\n"
    assert bare.property("NRestarts") == "0"

    bare.run("apt-get", "remove", "--yes", "kioskd")
    assert not bare.active()
    assert bare.run("cat", CONFIG) == edited
    assert not bare.succeeds("test", "-e", "/usr/lib/kioskd")

    bare.run("apt-get", "purge", "--yes", "kioskd")
    assert files(bare) - before == set()
    left = people(bare) - knew
    assert {line for line in left if not line.startswith("input:")} == set()  # udev has it, too
    assert bare.run("systemctl", "list-units", "--all", "--plain", "--no-legend", "kioskd*") == ""


def test_a_disabled_unit_stays_disabled_over_an_upgrade(bare: Machine) -> None:
    bare.install(f"kioskd-{OLDER}.deb")
    bare.run("systemctl", "disable", "--now", "kioskd-browser")
    bare.install(f"kioskd-{NEWER}.deb")
    assert bare.run("systemctl", "is-enabled", "kioskd-browser", check=False) == "disabled\n"
    assert not bare.active("kioskd-browser")
    bare.run("apt-get", "purge", "--yes", "kioskd")


def test_an_upgrade_with_a_wrong_configuration_goes_through(bare: Machine) -> None:
    bare.install(f"kioskd-{OLDER}.deb")
    bare.write(CONFIG, "nonsense: yes\n")
    bare.install(f"kioskd-{NEWER}.deb")
    assert "99.0" in bare.run("dpkg-query", "--show", "--showformat=${Status} ${Version}", "kioskd")
    until(lambda: "nonsense" in bare.property("StatusText"), 20, "it says what is wrong")
    bare.run("apt-get", "purge", "--yes", "kioskd")


def test_the_manual_and_the_completion_are_there(bare: Machine) -> None:
    bare.install("kioskd.deb")
    assert "wall display" in bare.run("man", "--pager=cat", "kioskd")
    for folder, said in (("pt_BR", "painel de parede"), ("es", "panel de pared")):
        page = f"/usr/share/man/{folder}/man1/kioskd.1.gz"
        assert said in bare.run("man", "--pager=cat", page)
    bash = "source /usr/share/bash-completion/completions/kioskd; COMP_CWORD=1; "
    bash += 'COMP_WORDS=(kioskd sw); _shtab_kioskd; echo "${COMPREPLY[@]}"; '
    bash += 'COMP_CWORD=2 COMP_WORDS=(kioskd switch p); _shtab_kioskd; echo "${COMPREPLY[@]}"'
    assert bare.run("bash", "-c", bash).split("\n")[:2] == ["switch", "projects"]
    assert bare.run("kioskd", "--version").startswith("kioskd ")
