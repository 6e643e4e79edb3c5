from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kioskd.core import values


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("25/11/2026 10:30", "2026-11-25T10:30:00"),
        ("25/11/2026, 10:30:15", "2026-11-25T10:30:15"),
        ("5.1.2026", "2026-01-05"),
        ("25-11-2026", "2026-11-25"),
        (1764066600, "2025-11-25T10:30:00Z"),
        (1764066600.5, "2025-11-25T10:30:00Z"),
        ("1764066600", "2025-11-25T10:30:00Z"),
        (1764066600000, "2025-11-25T10:30:00Z"),
        ("2026-11-25", "2026-11-25"),
        ("2026-11-25 10:30", "2026-11-25 10:30"),
        ("2026-11-25T10:30:00+00:00Z", "2026-11-25T10:30:00+00:00Z"),
        (" 2026-11-25T10:30:00.123456-03:00 ", "2026-11-25T10:30:00.123456-03:00"),
        ("", ""),
        (None, ""),
        ("0000-00-00 00:00:00", ""),
    ],
)
def test_a_moment_is_read_as_helpdesks_write_it(value: Any, right: str) -> None:
    assert values.moment(value) == right
    assert values.is_moment(right)  # and is left as it is the next time


@pytest.mark.parametrize(
    "value",
    [
        *("amanhã", "31/02/2026", "11/25/2026", "2026-02-30", "2026-11-25T25:00", "12", 12, True),
        *({}, "1969-12-31", 1e300, float(10**18), "9" * 400, "25/11-2026", "٢٠٢٦-١١-٢٥"),
    ],
)
def test_what_is_no_moment_is_refused_and_not_guessed(value: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        values.moment(value)


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("95,5", 95.5),
        ("95 %", 95),
        ("95,5%", 95.5),
        (" 7 ", 7),
        ("-3", -3),
        ("1e3", 1000),
        ("0,125", 0.125),
        (2.5, 2.5),
        (None, None),
    ],
)
def test_a_number_is_read_as_people_write_it(value: Any, right: Any) -> None:
    assert values.number(value) == right


@pytest.mark.parametrize(
    "value", ["n/a", "", "nan", "Infinity", "1,234", "1.234,5", "5 h", True, [], 10**400, "9" * 400]
)
def test_what_is_no_number_or_one_of_two_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        values.number(value)


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("=?UTF-8?Q?Impressora_n=C3=A3o?=", "Impressora não"),
        ("Re: =?utf-8?B?w6M=?=", "Re: ã"),
        ("=?ISO-8859-1?Q?caf=E9?= =?ISO-8859-1?Q?_frio?=", "café frio"),
        ("=?no-such-charset?Q?x?=", "=?no-such-charset?Q?x?="),
        ("=?UTF-8?B?!!!?=", "=?UTF-8?B?!!!?="),
        ("a =? b", "a =? b"),
        (7, "7"),
        (None, ""),
    ],
)
def test_a_text_is_decoded_as_mail_encodes_it_or_left_as_it_is(value: Any, right: str) -> None:
    assert values.text(value) == right


@given(st.text() | st.text(alphabet="=?utf-8QqBb_ \n"))
def test_a_text_is_always_a_text_that_can_be_sent(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        return
    values.text(value).encode()


@given(st.text(alphabet="0123456789/-:.TZ+ ,"))
def test_a_moment_that_was_read_reads_as_itself(value: str) -> None:
    try:
        found = values.moment(value)
    except ValueError:
        return
    assert values.moment(found) == found
