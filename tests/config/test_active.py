"""Which configuration is in force, with files as people leave them on a card."""

from pathlib import Path

import pytest

from kioskd.config.active import candidate, choose
from kioskd.errors import ConfigError

DEMO = "sources: [{kind: demo}]\n"
GOOD = "kiosk: {name: Sala 1}\n" + DEMO
WRONG = "kiosk:\n  nome: Sala 2\nsound: {volume: 101}\n" + DEMO


def test_the_boot_partitions_file_goes_before_the_systems_and_a_given_one_before_both(
    tmp_path: Path,
) -> None:
    boot, old, system = tmp_path / "boot.yaml", tmp_path / "old.yaml", tmp_path / "etc.yaml"
    assert candidate(None, (boot, old), system) == system
    old.write_text("")
    assert candidate(None, (boot, old), system) == old
    boot.write_text("")
    assert candidate(None, (boot, old), system) == boot
    assert candidate(tmp_path / "x", (boot, old), system) == tmp_path / "x"


def test_a_file_edited_on_a_windows_pc_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "kioskd.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + "kiosk:\r\n  name: Recepção\r\n".encode() + DEMO.encode())
    found = choose(file, tmp_path / "state/kept.yaml")
    assert (found.config.kiosk.name, found.fault) == ("Recepção", None)


def test_a_wrong_file_keeps_the_last_good_one_in_force_and_names_the_line(tmp_path: Path) -> None:
    file, kept = tmp_path / "kioskd.yaml", tmp_path / "state/kept.yaml"
    file.write_text(GOOD)
    choose(file, kept)
    for wrong in (WRONG, None):
        if wrong is None:
            file.unlink()
        else:
            file.write_text(wrong)
        found = choose(file, kept)
        assert found.config.kiosk.name == "Sala 1"
        assert found.fault is not None
        assert "the last good configuration is in force" in found.fault
        assert "\n" not in found.fault
        if wrong:
            assert found.fault.startswith(f"{file}:2:3: kiosk.nome: ")
            assert "(and 1 more)" in found.fault
    file.write_text(GOOD.replace("1", "3"))
    assert choose(file, kept).config.kiosk.name == "Sala 3"
    assert kept.read_text() == GOOD.replace("1", "3")


@pytest.mark.parametrize("end", [0, 10, len("kiosk: {name: Sala 1}\n")])
def test_a_file_that_a_power_cut_truncated_keeps_the_last_good_one_in_force_and_on_the_card(
    tmp_path: Path, end: int
) -> None:
    file, kept = tmp_path / "kioskd.yaml", tmp_path / "state/kept.yaml"
    real = GOOD.replace("demo", "rest, url: 'http://a.example/x.json'")
    file.write_text(real)
    choose(file, kept)
    for left in (real[:end].encode(), real[:end].encode() + bytes(len(real) - end)):
        file.write_bytes(left)
        found = choose(file, kept)
        assert [source.kind for source in found.config.sources] == ["rest"]
        assert found.fault is not None
        assert kept.read_text() == real


def test_with_nothing_good_at_all_every_error_is_raised(tmp_path: Path) -> None:
    file = tmp_path / "kioskd.yaml"
    file.write_text(WRONG)
    with pytest.raises(ConfigError) as caught:
        choose(file, tmp_path / "kept.yaml")
    assert len(caught.value.problems) == 2
    (tmp_path / "kept.yaml").write_text("also: wrong\n")
    with pytest.raises(ConfigError, match="nome"):
        choose(file, tmp_path / "kept.yaml")


def test_a_place_that_cannot_be_written_does_not_matter(tmp_path: Path) -> None:
    file = tmp_path / "kioskd.yaml"
    file.write_text(GOOD)
    (tmp_path / "block").write_text("")
    assert choose(file, tmp_path / "block/kept.yaml").config.kiosk.name == "Sala 1"
