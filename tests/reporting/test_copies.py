import pytest

from reporting import copies
from tests.reporting.test_reasons import NEGATIVE, POSITIVE, Comments, comment, comments

GOOD = [comment(i, f"nice colour {'abcdefghij'[i]}", POSITIVE) for i in range(10)]


def test_a_text_that_stands_ten_times_has_one_vote_beside_the_plain_share():
    rants = [comment(20 + i, "RT @ana: my lamp broke https://t.example/" + "x" * i, NEGATIVE) for i in range(10)]
    found = copies.without(Comments([*GOOD, *rants]))
    assert (found["comments"], found["texts"]) == (20, 11)
    assert found["negative_share"] == {"plain": 0.5, "without_copies": pytest.approx(1 / 11)}


def test_copies_with_different_labels_share_the_one_vote():
    both = [comment(20, "my lamp broke!", NEGATIVE), comment(21, "my lamp broke", POSITIVE)]
    found = copies.without(Comments([*GOOD[:2], *both]))
    assert found["negative_share"]["without_copies"] == pytest.approx(1 / 6)


def test_where_copies_change_less_than_a_point_nothing_is_said():
    assert copies.without(comments(("nice {}", POSITIVE, 60), ("bad {}", NEGATIVE, 40))) is None
    assert copies.without(Comments([])) is None


def test_a_report_says_both_shares(say, score, report):
    when = "2026-11-02T12:00:00Z"
    say(*[("Lumo", f"good {letter}", when) for letter in "abcde"], *[("Lumo", "bad", when)] * 5)
    score()
    [brand] = report()["brands"]
    assert brand["negative"] == 5
    assert brand["without_copies"]["negative_share"] == {"plain": 0.5, "without_copies": pytest.approx(1 / 6)}
