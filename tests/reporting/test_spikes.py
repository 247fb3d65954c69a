import functools
from datetime import UTC, date, datetime, timedelta

import pytest

from reporting import html, mail, markdown, printed, sentences, summary
from tests.tallying import correct

FIRST = date(2026, 9, 1)
LAST = date(2026, 11, 15)


def days(first, last):
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def comments(brand, first, last, numbers=(12,), hour=12, label="so so"):
    """So many comments on each day, in turn; a third bad."""
    return [
        (brand, f"{'bad' if i % 3 == 0 else label} {day} {i}", f"{day}T{hour:02}:{i % 60:02}:00Z")
        for number, day in enumerate(days(first, last))
        for i in range(numbers[number % len(numbers)])
    ]


@pytest.fixture
def say(say):
    """As the others do, in chunks that are quicker for so many comments."""
    return functools.partial(say, chunk=1_000)


@pytest.fixture
def calm(say):
    """Eleven weeks of Lumo, of 10 to 14 comments a day."""
    return say(*comments("Lumo", FIRST, LAST, (12, 10, 14, 11, 13)), source="x")


def loud(day, brand="Lumo", number=50, word="so so"):
    return [(brand, f"{word} loud {day} {i}", f"{day}T{9 + i % 12:02}:30:00Z") for i in range(number)]


def kinds(report):
    return [(spike["brand"], spike["day"], spike["kind"]) for spike in report["spikes"]]


@pytest.mark.usefixtures("calm")
def test_a_calm_period_has_no_spikes_and_every_day_of_it_was_looked_at(score, report):
    score()
    made = report(first_day=date(2026, 11, 9), last_day=LAST)
    assert (made["spikes"], made["spikes_reason"]) == ([], None)


@pytest.mark.usefixtures("calm")
def test_a_spike_says_what_was_found_what_was_expected_and_how_surprising_it_is(say, score, report):
    say(*loud("2026-11-12"), source="reddit")
    score()
    [spike] = report(first_day=date(2026, 11, 9), last_day=LAST)["spikes"]
    assert (spike["brand"], spike["day"], spike["kind"], spike["of"]) == ("Lumo", "2026-11-12", "volume", None)
    assert spike["found"] in range(60, 65)
    assert spike["low"] < spike["expected"] < spike["high"] < 25
    assert 10 < spike["expected"] < 14
    assert 0 < spike["p"] < 1e-4


@pytest.mark.usefixtures("calm")
def test_a_spike_of_the_negative_share_is_one_of_its_own_and_the_most_surprising_comes_first(say, score, report):
    say(*loud("2026-11-12", word="bad", number=60), *loud("2026-11-14", number=40), source="reddit")
    score()
    made = report(first_day=date(2026, 11, 9), last_day=LAST)
    assert set(kinds(made)) >= {("Lumo", "2026-11-12", "volume"), ("Lumo", "2026-11-12", "negative")}
    assert [spike["p"] for spike in made["spikes"]] == sorted(spike["p"] for spike in made["spikes"])
    [share] = [spike for spike in made["spikes"] if spike["kind"] == "negative"]
    assert 0.8 < share["found"] < 1
    assert 0.3 < share["expected"] < 0.45
    assert share["of"] in range(70, 75)


@pytest.mark.usefixtures("calm")
def test_a_day_has_the_same_spikes_in_a_report_of_a_day_a_week_and_all_days(say, score, report):
    say(*loud("2026-11-12"), source="reddit")
    score()
    day = date(2026, 11, 12)
    made = [report(first_day=day, last_day=day), report(first_day=date(2026, 11, 9), last_day=LAST), report()]
    assert made[0]["spikes"] == made[1]["spikes"] == made[2]["spikes"] != []


@pytest.mark.usefixtures("calm")
def test_the_same_report_again_is_no_new_revision(say, score, report):
    say(*loud("2026-11-12"), source="reddit")
    score()
    wanted = {"first_day": date(2026, 11, 9), "last_day": LAST}
    assert [report(**wanted)["revision"] for _ in range(2)] == [1, 1]


@pytest.mark.usefixtures("calm")
def test_comments_without_a_time_are_no_spike_of_the_day_they_were_loaded_on(say, score, report):
    say(*[("Lumo", f"so so {i}", None) for i in range(80)], source="reddit")
    today = datetime.now(UTC).date()
    say(*comments("Lumo", today - timedelta(70), today, (12, 10, 14)), source="youtube")
    score()
    made = report(first_day=today, last_day=today)
    assert made["totals"]["undated"] == 80
    assert made["spikes"] == []


@pytest.mark.parametrize("zone_name", ["America/New_York", "Pacific/Auckland"])
def test_a_spike_is_of_the_day_of_the_brands_own_zone_also_when_clocks_change(
    say, score, report, zone, zone_name, calm
):
    moment = {"America/New_York": "2026-11-02T03:30:00Z", "Pacific/Auckland": "2026-10-31T12:30:00Z"}[zone_name]
    say(*[("Lumo", f"so so {i}", moment) for i in range(60)], source="reddit")
    zone("Lumo", zone_name)
    score()
    made = report(first_day=date(2026, 10, 30), last_day=date(2026, 11, 3))
    assert kinds(made) == [("Lumo", "2026-11-01", "volume")]


@pytest.mark.usefixtures("calm")
def test_a_new_brand_is_not_looked_at_and_the_report_says_so(say, score, report):
    say(*comments("Kite", date(2026, 11, 10), LAST), *loud("2026-11-15", brand="Kite", number=99), source="reddit")
    score()
    made = report(first_day=LAST, last_day=LAST)
    assert made["spikes"] == []
    assert made["spikes_reason"] == "No spikes are looked for of Kite: a baseline takes 14 days of comments."


def test_a_run_is_compared_with_its_own_days_alone_and_says_from_when_on(say, score, report, calm):
    batch = say(*comments("Lumo", date(2026, 10, 26), LAST), *loud("2026-11-12"), source="reddit")
    score()
    made = report(batch_ids=(batch,))
    assert kinds(made) == [("Lumo", "2026-11-12", "volume")]
    assert made["spikes"][0]["found"] == 62
    assert "from 9 November 2026 on" in made["spikes_reason"]


@pytest.mark.usefixtures("calm")
def test_of_a_long_period_the_latest_days_are_looked_at(say, score, report):
    say(*loud("2026-10-15"), *loud("2026-10-16"), source="reddit")
    score()
    made = report(first_day=FIRST, last_day=LAST)
    assert kinds(made) == [("Lumo", "2026-10-16", "volume")]
    assert made["spikes_reason"].startswith("Spikes are looked for on the latest 31 days.")


@pytest.mark.usefixtures("calm")
def test_corrected_labels_are_what_a_share_is_made_of(say, score, report, database_url):
    say(*loud("2026-11-12", word="bad", number=30), source="reddit")
    score()
    wanted = {"first_day": date(2026, 11, 12), "last_day": date(2026, 11, 12)}
    assert ("Lumo", "2026-11-12", "negative") in kinds(report(**wanted))
    for i in range(30):
        correct(database_url, f"bad loud 2026-11-12 {i}", "neutral")
    assert ("Lumo", "2026-11-12", "negative") not in kinds(report(**wanted))


@pytest.mark.usefixtures("calm")
def test_spikes_are_named_at_the_top_of_the_text_and_of_the_page(say, score, report):
    say(*loud("2026-11-12", word="bad", number=60), source="reddit")
    score()
    made = report(first_day=LAST - timedelta(6), last_day=LAST)
    said = sentences.spikes(made)
    assert any(
        one.startswith("Lumo, 12 November 2026: 7") and " comments, where 12 are expected (" in one for one in said
    )
    assert any(" negative of 7" in one and "on 19 of 20 calm days)" in one for one in said)
    page = html.render(made)
    assert 0 < page.index('class="spikes"') < page.index("Lumo, 12 November 2026: 7") < page.index('class="answers"')
    for shown in (markdown.render(made), summary.render(made, 2_000), mail.as_html(made, has_chart=False)):
        assert "Lumo, 12 November 2026: 7" in shown
    assert any("12 November 2026" in spike for spike in printed.of(made)["spikes"])


def test_without_comments_there_is_nothing_to_look_at(report, database_url):
    made = report()
    assert (made["spikes"], made["spikes_reason"]) == ([], None)
