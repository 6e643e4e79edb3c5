import pytest
from hypothesis import given
from hypothesis import strategies as st

from kioskd.config.scalars import ByteSize, Duration, Scalar, TimeOfDay, TimeZone


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        (0, 0),
        ("250ms", 0.25),
        ("30s", 30),
        (" 1.5 h ", 5400),
        ("5m", 300),
        ("2d", 172_800),
        ("999.999d", 86_399_913.6),
    ],
)
def test_a_duration_is_read_in_seconds(text: object, seconds: float) -> None:
    assert Duration.parse(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (30, "30 has no unit; write 30ms, 30s or 30m"),
        (1.5, "1.5 has no unit"),
        ("30", "is not a time span"),
        ("-5s", "is not a time span"),
        ("nan s", "is not a time span"),
        ("5 min", "is not a time span"),
        ("٣s", "is not a time span"),
        ("1000d", "is longer than 999 days"),
        ("9999999s", "is longer than 999 days"),
        (True, "is not a time span"),
        (False, "is not a time span"),
        (None, "is not a time span"),
        ([], "is not a time span"),
    ],
)
def test_what_is_no_duration_is_refused_with_the_reason(text: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Duration.parse(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (0.25, "250ms"), (1.5, "1.5s"), (90, "90s"), (300, "5m"), (172_800, "2d")],
)
def test_a_duration_prints_as_a_person_writes_it(seconds: float, text: str) -> None:
    assert str(Duration(seconds)) == text


@pytest.mark.parametrize("kind", [Duration, TimeOfDay, ByteSize])
@given(data=st.data())
def test_all_that_the_pattern_allows_is_read_and_reads_back_exactly(
    kind: type[Scalar], data: st.DataObject
) -> None:
    assert kind.pattern is not None
    text = data.draw(st.from_regex(kind.pattern, fullmatch=True))
    found = kind.parse(text)
    assert kind.parse(str(found)) == found


@pytest.mark.parametrize("text", ["22:30", "7:05", "00:00", "24:00"])
def test_a_time_of_day_is_read(text: str) -> None:
    hour, minute = map(int, text.split(":"))
    found = TimeOfDay.parse(text)
    assert (found.hour, found.minute) == (hour % 24, minute)


@pytest.mark.parametrize("text", ["24:01", "7", "7:5", 1350, "25:00", "22:60", "", None, "٢٢:٣٠"])
def test_what_is_no_time_of_day_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="is not a time of day"):
        TimeOfDay.parse(text)


@pytest.mark.parametrize(
    ("text", "size"), [("64kB", 64_000), ("4 MB", 4_000_000), ("1GB", 10**9), ("5B", 5)]
)
def test_a_size_is_read_in_bytes(text: str, size: int) -> None:
    assert ByteSize.parse(text) == size


@pytest.mark.parametrize("text", ["0B", "0MB", "4", 4, "4mb", "4KiB", "-1B", "1.5MB", None])
def test_a_size_without_unit_or_of_zero_is_refused_since_zero_would_lift_the_limit(
    text: object,
) -> None:
    with pytest.raises(ValueError, match="is not a size above 0"):
        ByteSize.parse(text)


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("Sao Paulo", "America/Sao_Paulo"),
        ("america/sao_paulo", "America/Sao_Paulo"),
        ("America/Sao_Paolo", "America/Sao_Paulo"),
        ("", ""),
        ("America", ""),
        ("../../etc/passwd", ""),
        ("a\0b", ""),
        ("ã" * 300, ""),
        (3, ""),
    ],
)
def test_what_is_no_time_zone_is_refused_with_the_nearest_name(text: object, near: str) -> None:
    with pytest.raises(ValueError, match=f"is not a time zone.*{near}"):
        TimeZone.parse(text)


@given(st.none() | st.booleans() | st.integers() | st.floats() | st.text())
@pytest.mark.parametrize("kind", [Duration, TimeOfDay, TimeZone, ByteSize])
def test_anything_is_a_value_or_a_value_error(kind: type[Scalar], text: object) -> None:
    try:
        found = kind.parse(text)
    except ValueError:
        return
    assert kind.parse(str(found)) == found
