"""Why a share moved: words, themes and examples, of comments that the test makes up."""

from datetime import UTC, date, datetime

import pytest

from reporting import drivers, html, themes, told
from reporting.told import Comments, Told

NEGATIVE, NEUTRAL, POSITIVE = -1, 0, 1
WHEN = datetime(2026, 11, 9, 12, tzinfo=UTC)


def comment(number, text, label, likes=0, sure=0.9):
    negative, positive = {NEGATIVE: (sure, 0.0), POSITIVE: (0.0, sure), NEUTRAL: (0.1, 0.1)}[label]
    return Told(number, text, "x", WHEN, None, likes, label, negative, positive)


def comments(*said):
    """Comments of texts with their labels; `{}` is a number, so that none is a copy."""
    words = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    many = [(text.format(words[i % 10] + words[i // 10]), label) for text, label, count in said for i in range(count)]
    return Comments([comment(number, text, label) for number, (text, label) in enumerate(many)])


CALM = comments(("nice colours {}", POSITIVE, 60), ("the app is {} again", NEUTRAL, 30), ("too dear {}", NEGATIVE, 10))
BAD_WEEK = comments(
    ("nice colours {}", POSITIVE, 40),
    ("the app is {} again", NEUTRAL, 30),
    ("no login since the update {}", NEGATIVE, 40),
    ("too dear {}", NEGATIVE, 10),
)


def test_the_words_that_moved_a_share_are_named_with_their_part_of_the_change():
    found = drivers.find(BAD_WEEK, CALM, ["Lumo"])
    first = found["negative"][0]
    assert first["words"] in {"login", "update", "login update", "no login"}
    assert first["comments"] == 40
    assert first["share_before"] == 0
    assert first["change"] == pytest.approx(40 / 120)
    assert len(found["negative"]) == 1  # the other words stand in the same comments
    assert "dear" not in str(found)


def test_without_a_period_before_words_that_bear_a_label_more_than_others_are_named():
    found = drivers.find(BAD_WEEK, None, ["Lumo"])
    assert found["negative"][0]["comments"] == 40
    assert found["negative"][0]["share_before"] is None
    assert "colours" in found["positive"][0]["words"]


def test_in_a_week_like_the_one_before_no_words_are_named():
    found = drivers.find(CALM, CALM, ["Lumo"])
    assert found == {"negative": [], "positive": []}


def test_the_names_of_a_brand_links_and_handles_are_no_drivers():
    said = comments(("@lumo BrightHome https://lumo.example/login broke {}", NEGATIVE, 30), ("fine {}", POSITIVE, 30))
    words = {one["words"] for one in drivers.find(said, None, ["BrightHome", "@lumo"])["negative"]}
    assert words == {"broke"}


def test_swearing_and_how_people_feel_names_nothing_alone():
    said = comments(
        ("so fucking bad, hotline not working, I hate it {}", NEGATIVE, 40), ("just love it {}", POSITIVE, 60)
    )
    found = drivers.find(said, None, ["Lumo"])
    assert {one["words"] for one in found["negative"]} <= {
        "hotline",
        "bad hotline",
        "hotline not",
        "not working",
        "working",
    }
    assert found["positive"] == []
    assert {word for one in themes.find(said, ["Lumo"]) for word in one["words"]} <= {"hotline", "working"}


def test_no_comments_and_comments_without_words_have_no_drivers_and_no_themes():
    for none in (
        Comments([]),
        comments(("!!! {}", NEGATIVE, 3)),
        Comments([comment(i, "😡", NEGATIVE) for i in range(90)]),
    ):
        assert drivers.find(none, None, ["Lumo"]) == {"negative": [], "positive": []}
        assert themes.find(none, ["Lumo"]) == []


@pytest.mark.parametrize(
    "copy", ["RT @ana: My lamp broke!!", "my lamp broke https://t.example/x1", "MY LAMP  BROKE 2", "My lamp broke."]
)
def test_copies_and_retweets_fold_into_one(copy):
    assert told.folded(copy) == told.folded("My lamp broke")
    assert told.folded("My lamp glows") != told.folded("My lamp broke")


def test_examples_are_the_liked_ones_first_each_copy_once():
    said = Comments(
        [
            comment(1, "My lamp broke", NEGATIVE, likes=3),
            comment(2, "RT @ana: My lamp broke", NEGATIVE, likes=1),
            comment(3, "It broke", NEGATIVE, likes=7),
            comment(4, "Broke on day one", NEGATIVE, sure=0.99),
            comment(5, "Broke on day two I think", NEGATIVE, sure=0.6),
        ]
    )
    shown = said.examples(said.labels.nonzero()[0], 3)
    assert [(one["comment"], one["copies"], one["likes"]) for one in shown] == [(3, 1, 7), (1, 2, 3), (4, 1, 0)]


def test_a_long_example_is_cut_and_says_so():
    [shown] = Comments([comment(1, "a" * 1_000, NEGATIVE)]).examples(
        Comments([comment(1, "a", -1)]).labels.nonzero()[0], 1
    )
    assert len(shown["text"]) == told.LONGEST_SHOWN
    assert shown["text"].endswith("…")


def test_negative_comments_are_grouped_by_what_they_are_about():
    said = comments(
        ("login fails password error after update {}", NEGATIVE, 50),
        ("parcel arrived late courier box damaged {}", NEGATIVE, 30),
        ("price subscription expensive monthly fee raised {}", NEGATIVE, 20),
        ("lovely lamp {}", POSITIVE, 50),
    )
    found = themes.find(said, ["Lumo"])
    assert [one["comments"] for one in found] == sorted((one["comments"] for one in found), reverse=True)
    words = [set(one["words"]) for one in found]
    assert not any({"login", "parcel"} <= of for of in words)
    assert sum(one["comments"] for one in found) == 100
    assert all(one["examples"] for one in found)


def test_a_report_names_what_moved_a_bad_week_and_shows_it_as_text_alone(say, score, report):
    days = {"calm": "2026-11-04T12:00:00Z", "bad": "2026-11-11T12:00:00Z"}
    say(
        *[("Lumo", f"good lamp {i}", days[week]) for week in days for i in range(60)],
        *[("Lumo", f"bad <b>login</b> since update {i}", days["bad"]) for i in range(40)],
    )
    score()
    made = report(first_day=date(2026, 11, 9), last_day=date(2026, 11, 15))
    [found] = made["brands"]
    assert found["drivers"]["against"] == "before"
    assert found["drivers"]["negative"][0]["comments"] == 40
    page = html.render({**made, "revision": 1})
    assert "&lt;b&gt;login&lt;/b&gt; since update" in page
    assert "<b>login</b>" not in page


def test_forms_of_a_word_are_one_driver_named_by_the_commonest():
    said = comments(
        ("it flickers {}", NEGATIVE, 10),
        ("flickering again {}", NEGATIVE, 20),
        ("a flicker {}", NEGATIVE, 6),
        ("fine {}", POSITIVE, 60),
    )
    [driver] = drivers.find(said, None, ["Lumo"])["negative"]
    assert (driver["words"], driver["comments"]) == ("flickering", 36)
