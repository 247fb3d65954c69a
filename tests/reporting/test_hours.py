"""By hour and weekday, against a count that the test makes with Python's own clocks."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reporting import days

FIRST = datetime(2026, 10, 24, 22, 10, tzinfo=UTC)  # Berlin sets its clocks back on the 25th
MOMENTS = [FIRST + timedelta(minutes=97 * i) for i in range(60)]


@pytest.fixture
def found(say, score, report, zone):
    """What reports say of Lumo in Berlin, of a day or of all."""
    say(*[("Lumo", f"good {i}" if i % 3 else f"bad {i}", moment.isoformat()) for i, moment in enumerate(MOMENTS)])
    zone("Lumo", "Europe/Berlin")
    score()
    return lambda **scope: report(**scope)["brands"][0]


def expected(berlin, name):
    """Count labels by a property of the time that a clock in Berlin shows."""
    return Counter((name(moment), "positive" if i % 3 else "negative") for i, moment in berlin)


def counted(rows, name):
    return Counter({(row[name], label): row[label] for row in rows for label in ("positive", "negative")})


@pytest.mark.parametrize("day", [None, date(2026, 10, 25), date(2026, 10, 26)])
def test_comments_are_counted_by_the_hour_and_weekday_of_the_brands_own_clock(found, day):
    berlin = [(i, moment.astimezone(ZoneInfo("Europe/Berlin"))) for i, moment in enumerate(MOMENTS)]
    berlin = [(i, moment) for i, moment in berlin if day in {None, moment.date()}]
    brand = found(first_day=day, last_day=day)
    assert len(brand["hours"]) == 24
    assert counted(brand["hours"], "hour") == expected(berlin, lambda moment: moment.hour)
    assert counted(brand["weekdays"], "weekday") == expected(berlin, lambda moment: f"{moment:%A}")
    assert sum(hour["comments"] for hour in brand["hours"]) == brand["comments"] == len(berlin)


def test_an_hour_that_is_there_twice_is_one_hour():
    day = date(2026, 10, 25)
    assert days.hours(ZoneInfo("Europe/Berlin"), day).tolist()[:12] == [2] * 8 + [3] * 4


@pytest.mark.usefixtures("found")
def test_share_of_voice_sums_to_one_over_all_brands_and_a_report_of_one_brand_has_none(say, score, report):
    say(*[("Nox", f"so so {i}", FIRST.isoformat()) for i in range(20)], source="youtube")
    score()
    assert {brand["brand"]: brand["share_of_voice"] for brand in report()["brands"]} == {"Lumo": 0.75, "Nox": 0.25}
    assert [brand["share_of_voice"] for brand in report(brand="Nox")["brands"]] == [None]
