from datetime import UTC, date, datetime

import pytest

from ingest import times


def read(value, zone="UTC", day_first=None):
    return times.reader(zone, day_first)(value)


@pytest.mark.parametrize(
    "value",
    [
        "2015-02-24 11:35:52 -0800",
        "2015-02-24T19:35:52Z",
        "2015-02-24T19:35:52.000+00:00",
        "2015-02-24T20:35:52+0100",
        "Tue Feb 24 11:35:52 PST 2015",
        "Tue Feb 24 19:35:52 +0000 2015",
        "Tue, 24 Feb 2015 19:35:52 GMT",
        "February 24, 2015 7:35:52 pm",
        "24.02.2015 19:35:52",
        1424806552,
        1424806552.0,
        "1424806552",
        "1424806552000",
        1424806552000,
        datetime(2015, 2, 24, 19, 35, 52, tzinfo=UTC),
    ],
)
def test_times_as_exports_write_them(value):
    assert read(value) == datetime(2015, 2, 24, 19, 35, 52, tzinfo=UTC)


def test_the_formats_that_the_platforms_use():
    assert read("Mon Apr 06 22:19:45 PDT 2009") == datetime(2009, 4, 7, 5, 19, 45, tzinfo=UTC)
    assert read("Wed Oct 10 20:19:24 +0000 2018") == datetime(2018, 10, 10, 20, 19, 24, tzinfo=UTC)
    assert read("2026-11-02") == read(date(2026, 11, 2)) == datetime(2026, 11, 2, tzinfo=UTC)


@pytest.mark.parametrize("value", ["20261126", 20261126, 20261126.0, "20261126.0", "2026-11-26"])
def test_eight_digits_are_a_day_whether_they_are_text_or_a_number(value):
    assert read(value) == datetime(2026, 11, 26, tzinfo=UTC)
    assert read(value, "Europe/Berlin") == datetime(2026, 11, 25, 23, tzinfo=UTC)


@pytest.mark.parametrize("value", ["202611261530", 202611261530, "20261126153000", 20261126153000, 20261126153000.0])
def test_twelve_and_fourteen_digits_are_a_day_and_its_time(value):
    assert read(value) == datetime(2026, 11, 26, 15, 30, tzinfo=UTC)
    assert read(value, "Europe/Berlin") == datetime(2026, 11, 26, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize("value", ["20261399", 20261399, 20260230.0, "202611262560", 20261126153061])
def test_digits_that_begin_as_a_day_and_are_none_are_refused(value):
    with pytest.raises(times.Unreadable, match="no day"):
        read(value)


def test_a_time_without_a_zone_is_in_the_zone_that_was_given():
    assert read("2026-07-01 12:00", "Europe/Berlin") == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert read("2026-12-01 12:00", "Europe/Berlin") == datetime(2026, 12, 1, 11, tzinfo=UTC)
    assert read("2026-12-01 12:00Z", "Europe/Berlin") == datetime(2026, 12, 1, 12, tzinfo=UTC)


def test_a_date_that_can_be_read_two_ways_is_read_only_when_told_how():
    with pytest.raises(times.Unreadable, match="--day-first"):
        read("03/04/2026")
    assert read("03/04/2026", day_first=True) == datetime(2026, 4, 3, tzinfo=UTC)
    assert read("03/04/2026", day_first=False) == datetime(2026, 3, 4, tzinfo=UTC)
    assert read("13/04/2026") == datetime(2026, 4, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "yesterday",
        "10:30",
        "April 2026",
        "12",
        "Monday",
        "2026-13-45",
        "9999-12-31T23:59:59-05:00",
        "0000-01-01",
        "1812-01-01",
        "2500-01-01",
        "Tue Feb 24 11:35:52 XYZ 2015",
        "1e400",
        True,
        [1],
        "99999999999999999999",
    ],
)
def test_what_is_no_whole_time_is_never_guessed(value):
    with pytest.raises(times.Unreadable):
        read(value)


@pytest.mark.parametrize("value", [None, "", "  ", float("nan")])
def test_an_empty_value_is_no_time(value):
    assert read(value) is None
