"""The tables of ``docs/performance.md``, as the bench makes them."""

from typing import Any

from benchmarks.__main__ import BY_NAME, GROUPS, USUAL
from benchmarks.publish import DOCUMENT, PLACE, SHAPES, published

OTHERWISE = {"glpi", "fleet", "shared", "thousand", "footprint"}
"""Their tables say more than one run does, and are written by hand."""


def row(group: str, what: str, measured: str, **more: Any) -> dict[str, Any]:
    told = {"group": group, "what": what, "measured": measured, "goal": "", "met": None}
    return told | {"figures": {}, "others": 0.01} | more


def run(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"machine": "A Pi, 4 cores", "rows": rows}


def test_each_group_has_its_place_in_the_document() -> None:
    places = [found[2] for found in PLACE.finditer(DOCUMENT.read_text())]
    named = [group for place in places for group in SHAPES.get(place, ("", place.split()))[1]]
    assert set(named) == set(GROUPS) - OTHERWISE
    assert set(BY_NAME) > OTHERWISE


def test_a_run_takes_the_place_of_the_table_before_it() -> None:
    before = "One\n<!-- bench: relay idle -->\n| old |\n<!-- end -->\ntwo"
    rows = (row("relay", "time", "3 ms"), row("idle", "CPU", "2 %", goal="≤ 1 %", met=False))
    assert published(before, run(*rows)) == (
        "One\n<!-- bench: relay idle -->\n"
        "| what | measured | goal | met |\n| --- | --- | --- | --- |\n"
        "| time | 3 ms |  |  |\n| CPU | 2 % | ≤ 1 % | **no** |\n<!-- end -->\ntwo"
    )


def test_the_old_table_stays_where_a_group_did_not_run_or_failed() -> None:
    before = "<!-- bench: relay idle -->\n| old |\n<!-- end -->"
    assert published(before, run(row("relay", "time", "3 ms"))) == before
    failed = row("idle", "idle", "failed: TimeoutError: it never came")
    assert published(before, run(row("relay", "time", "3 ms"), failed)) == before


def test_the_machine_is_told_with_what_others_used_of_it_in_a_whole_run() -> None:
    before = "<!-- bench: machine -->\nold\n<!-- end -->"
    rows = [row(name, "time", "3 ms", others=0.004) for name in USUAL]
    assert published(before, run(*rows[1:])) == before
    rows[3]["others"] = 0.98
    assert "A Pi, 4 cores. Other programs used 0% to 98% of it meanwhile." in published(
        before, run(*rows)
    ).replace("\n", " ")


def test_fan_out_has_a_line_for_each_number_of_tickets_and_panels() -> None:
    figures = {"tickets": 2000, "panels": 10, "time": 0.005, "cpu": 0.004}
    figures |= {"time ratio": 0.791, "cpu ratio": 0.778, "relay time": 0.328, "relay cpu": 0.294}
    rows = (
        row("fanout", "intake of 2,000", "", figures={"tickets": 2000, "cpu": 2e-3, "ratio": 0.54}),
        row("fanout", "fan-out of 2,000", "", figures=figures, met=True),
    )
    before = "<!-- bench: intake -->\n<!-- end -->\n<!-- bench: fan-out -->\n<!-- end -->"
    after = published(before, run(*rows)).splitlines()
    assert "| 2,000 | 2 ms | 0.54 |" in after
    line = "| 2,000 | 10 | 5 ms | 4 ms | 0.79 / 0.78 | 0.328 / 0.294 | – | – | – | yes |"
    assert line in after
