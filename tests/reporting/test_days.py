from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reporting import days

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
    "Pacific/Apia",
    "Etc/GMT+12",
)
# Among them days on which clocks change, and the end of the year in which Samoa left out a day.
DAYS = (
    date(2026, 11, 2),
    date(2026, 3, 29),
    date(2026, 10, 25),
    date(2026, 11, 1),
    date(2011, 12, 29),
    date(2011, 12, 30),
)


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("day", DAYS)
def test_each_quarter_of_an_hour_is_of_the_day_that_a_clock_in_the_zone_shows(name, day):
    zone = ZoneInfo(name)
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    shown = [(begin + timedelta(minutes=15 * quarter)).astimezone(zone).date() for quarter in range(96)]
    assert [days.shifted(day, shift) for shift in days.shifts(zone, day).tolist()] == shown
    assert days.are_same(zone, day) == (name == "UTC")
