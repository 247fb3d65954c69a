from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from database import sessions
from database.tables import Comment
from settings import errors
from worker import batches, corrections

MONDAY = "2026-11-02T12:00:00Z"


def brand(report, name):
    [found] = [brand for brand in report["brands"] if brand["brand"] == name]
    return found


def test_shares_are_labels_of_scored_comments_and_the_rest_is_counted_beside(say, score, report):
    say(
        *[("Lumo", f"good {i}", MONDAY) for i in range(3)],
        ("Lumo", "bad", MONDAY),
        *[("Lumo", f"so so {i}", MONDAY) for i in range(4)],
        ("Lumo", "???", MONDAY),
        ("Lumo", "poison", MONDAY),
    )
    score()
    lumo = brand(report(), "Lumo")
    counts = [
        lumo[n] for n in ("comments", "scored", "positive", "negative", "neutral", "skipped", "failed", "pending")
    ]
    assert counts == [10, 8, 3, 1, 4, 1, 1, 0]
    assert (lumo["positive_share"], lumo["negative_share"], lumo["neutral_share"]) == (3 / 8, 1 / 8, 4 / 8)
    assert lumo["positive_share_opinionated"] == 3 / 4
    assert lumo["net_sentiment"] == (3 - 1) / (3 + 1)


def test_of_few_comments_an_estimate_is_null_with_a_reason(say, score, report):
    say(("Lumo", "good", MONDAY))
    score()
    lumo = brand(report(), "Lumo")
    assert lumo["estimate"] is None
    assert lumo["estimate_reason"] == "Not enough to say: 1 comment scored, and an estimate needs 100."


def test_every_day_of_the_period_stands_in_the_report_and_sums_to_the_brand(say, score, report):
    say(("Lumo", "good", MONDAY), ("Lumo", "bad", "2026-11-05T12:00:00Z"), ("Kite", "bad", "2026-11-03T12:00:00Z"))
    score()
    made = report()
    for found in made["brands"]:
        assert [day["day"] for day in found["days"]] == ["2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05"]
        for name in ("comments", "scored", "positive", "negative"):
            assert sum(day[name] for day in found["days"]) == found[name]
    assert brand(made, "Lumo")["days"][1]["positive_share"] is None


@pytest.mark.parametrize(
    ("zone_name", "posted_at", "day"),
    [
        ("UTC", "2026-11-02T23:59:59.999Z", "2026-11-02"),
        ("Pacific/Auckland", "2026-11-02T11:00:00Z", "2026-11-03"),
        ("Pacific/Auckland", "2026-11-02T10:59:59Z", "2026-11-02"),
        ("America/St_Johns", "2026-11-02T03:29:59Z", "2026-11-01"),
        ("America/St_Johns", "2026-11-02T03:30:00Z", "2026-11-02"),
        ("Asia/Kathmandu", "2026-11-02T18:15:00Z", "2026-11-03"),
        ("America/New_York", "2026-11-01T04:00:00Z", "2026-11-01"),
        ("America/New_York", "2026-11-02T04:59:59Z", "2026-11-01"),
    ],
)
def test_a_comment_counts_on_the_day_of_its_brands_own_zone(say, score, report, zone, zone_name, posted_at, day):
    say(("Lumo", "good", posted_at))
    zone("Lumo", zone_name)
    score()
    wanted = date.fromisoformat(day)
    found = brand(report(first_day=wanted, last_day=wanted), "Lumo")
    assert [(row["day"], row["positive"]) for row in found["days"]] == [(day, 1)]
    assert found["timezone"] == zone_name


def test_the_day_with_25_hours_holds_all_of_them(say, score, report, zone):
    hours = [f"2026-11-01T{hour:02}:30:00Z" for hour in range(4, 24)] + [
        f"2026-11-02T{hour:02}:30:00Z" for hour in range(5)
    ]
    say(*[("Lumo", f"good {i}", hour) for i, hour in enumerate(hours)])
    zone("Lumo", "America/New_York")
    score()
    found = brand(report(), "Lumo")
    assert [(row["day"], row["comments"]) for row in found["days"]] == [("2026-11-01", 25)]


def test_days_are_inclusive_and_others_stay_out(say, score, report):
    say(*[("Lumo", f"good {day}", f"2026-11-{day:02}T00:00:00Z") for day in range(1, 8)])
    score()
    made = report(first_day=date(2026, 11, 2), last_day=date(2026, 11, 4))
    assert brand(made, "Lumo")["comments"] == 3


def test_a_source_alone_can_be_asked_for(say, score, report):
    say(("Lumo", "good", MONDAY), source="x")
    say(("Lumo", "bad", MONDAY), source="reddit")
    score()
    assert brand(report(source="reddit"), "Lumo")["negative_share"] == 1
    assert [row["source"] for row in brand(report(), "Lumo")["sources"]] == ["reddit", "x"]


def test_a_comment_without_a_time_counts_on_the_day_of_loading_and_the_report_says_so(say, score, report):
    say(("Lumo", "good", None), ("Lumo", "bad", MONDAY))
    score()
    made = report()
    assert brand(made, "Lumo")["comments"] == 2
    assert "1 comment is without a time, counted on the day of loading." in made["notes"]
    assert made["period"]["to"] == datetime.now(UTC).date().isoformat()


def test_a_correction_replaces_the_label_and_the_latest_wins(database_url, say, score, report):
    say(("Lumo", "good", MONDAY), ("Lumo", "bad", MONDAY))
    score()
    for label in ("neutral", "negative"):
        with sessions.writing(database_url) as session:
            comment_id = session.scalar(select(Comment.id).where(Comment.text == "good"))
            corrections.correct(session, comment_id, label, "ana")
    lumo = brand(report(), "Lumo")
    assert (lumo["positive"], lumo["neutral"], lumo["negative"], lumo["scored"]) == (0, 0, 2, 2)


def test_pending_and_cancelled_comments_are_told_apart(database_url, say, score, report):
    say(*[("Lumo", f"good {i}", MONDAY) for i in range(3)])
    gone = say(*[("Lumo", f"bad {i}", MONDAY) for i in range(4)], source="reddit")
    with sessions.writing(database_url) as session:
        batches.cancel(session, gone)
    lumo = brand(report(), "Lumo")
    assert (lumo["pending"], lumo["cancelled"], lumo["scored"], lumo["positive_share"]) == (3, 4, 0, None)
    score()
    lumo = brand(report(), "Lumo")
    assert (lumo["pending"], lumo["cancelled"], lumo["scored"]) == (0, 4, 3)


def test_the_law_of_conservation_holds_for_every_brand_and_day(say, score, report):
    draw = ["good", "bad", "so so", "???", "poison"]
    say(*[(f"Brand {i % 3}", f"{draw[i % 5]}", f"2026-11-{1 + i % 9:02}T{i % 24:02}:00:00Z") for i in range(200)])
    score()
    made = report()
    for counts in (made["totals"], *made["brands"], *[day for found in made["brands"] for day in found["days"]]):
        states = ("scored", "skipped", "failed", "pending", "cancelled")
        assert counts["comments"] == sum(counts[state] for state in states)
        assert counts["scored"] == counts["positive"] + counts["negative"] + counts["neutral"]
    assert made["totals"]["comments"] == 200


def test_an_empty_period_is_said_in_words(say, score, report):
    say(("Lumo", "good", MONDAY))
    score()
    made = report(brand="Lumo", first_day=date(2020, 1, 1), last_day=date(2020, 1, 7))
    assert made["notes"] == ["There are no comments in this period about Lumo: there is nothing to report."]
    assert made["brands"] == []
    assert made["period"] == {"from": "2020-01-01", "to": "2020-01-07"}


def test_an_unknown_brand_is_refused_and_the_known_ones_are_named(say, report):
    say(("Lumo", "good", MONDAY))
    with pytest.raises(errors.NotFound, match=r"no brand 'Lumos'.*there is: Lumo"):
        report(brand="Lumos")


def test_what_nobody_named_stands_under_unknown_and_is_said(say, score, report):
    say(("", "good", MONDAY))
    score()
    made = report()
    assert [found["brand"] for found in made["brands"]] == ["unknown"]
    assert any("brand that nobody named" in note for note in made["notes"])


def test_a_run_reports_only_its_own_batches(say, score, report):
    say(("Lumo", "good", MONDAY))
    second = say(("Lumo", "bad", MONDAY), source="reddit")
    score()
    assert brand(report(batch_ids=(second,)), "Lumo")["comments"] == 1
