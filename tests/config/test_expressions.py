"""Where a field is in a payload: what is no expression is said before a payload comes."""

import pytest

from kioskd.config.expressions import find, wrong


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("jobs[", "Incomplete expression"),
        ("jobs[?lower(name) == 'x']", "there is no function lower()"),
        ("{a: {b: max_by(jobs, &lower(name))}}", "there is no function lower()"),
        ("join(name)", "join() takes 2, not 1 arguments"),
        ("not_null()", "not_null() takes 1 or more, not 0 arguments"),
        ("(" * 5000, "nested too deep"),
    ],
    ids=lambda text: text[:30],
)
def test_what_can_find_nothing_in_any_payload_is_wrong(text: str, why: str) -> None:
    assert why in (wrong(text) or "")


@pytest.mark.parametrize(
    "text", ["@", "jobs[].id", "not_null(a, b, 'x')", "sort_by(jobs, &level)[0]", "a[::2]"]
)
def test_what_may_find_something_is_right(text: str) -> None:
    assert wrong(text) is None


def test_what_is_not_there_is_none() -> None:
    assert find("monitor.name", {"monitor": None}) is None
