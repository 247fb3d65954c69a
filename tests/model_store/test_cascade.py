import numpy as np
import pytest

from model_store import cascade
from model_store.cascade import ACCURATE, BOTH, FAST, Cascade, Rule
from model_store.explanation import Explanation
from model_store.serving import Scores


class Saying:
    """A member that answers out of a table: (p_negative, p_positive) by text; nothing is known of other texts."""

    def __init__(self, **answers):
        self.answers, self.asked = answers, []

    def score(self, texts):
        self.asked += texts
        found = [self.answers.get(text.split()[0], (0.5, 0.5)) for text in texts]
        negative, positive = np.array(found, np.float32).reshape(-1, 2).T
        return Scores(negative, positive, np.array([text.split()[0] in self.answers for text in texts], bool))

    def explain(self, texts):
        return [Explanation(0.0, [], float(len(self.answers)), exact=False) for _ in texts]


LONG = "long " * 10


@pytest.fixture
def members():
    fast = Saying(sure=(0.02, 0.95), unsure=(0.3, 0.6), long=(0.4, 0.5), lost=(0.4, 0.5))
    return fast, Saying(unsure=(0.9, 0.05), odd=(0.1, 0.8), long=(0.8, 0.15))


def made(members, limit=0.8, long_weight=0.5):
    return Cascade(*members, Rule(limit, short_weight=0.0, long_weight=long_weight, short=20))


def test_the_accurate_member_is_asked_only_where_the_fast_one_is_unsure(members):
    scores = made(members).score(["sure", "unsure", "sure"])
    assert members[1].asked == ["unsure"]
    assert scores.member.tolist() == [FAST, ACCURATE, FAST]
    np.testing.assert_allclose(scores.p_negative, [0.02, 0.9, 0.02], atol=1e-6)


def test_of_a_long_text_the_logarithms_of_what_both_say_are_averaged(members):
    scores = made(members).score([LONG])
    three = np.sqrt(np.array([0.4 * 0.8, 0.1 * 0.05, 0.5 * 0.15]))
    assert scores.member.tolist() == [BOTH]
    assert scores.p_negative[0] == pytest.approx(three[0] / three.sum(), abs=1e-6)
    assert scores.p_positive[0] == pytest.approx(three[2] / three.sum(), abs=1e-6)


def test_what_one_member_alone_knows_is_what_it_says(members):
    scores = made(members, long_weight=0.5).score(["odd", "lost", "neither"])
    assert scores.known.tolist() == [True, True, False]
    assert scores.member.tolist()[:2] == [ACCURATE, FAST]
    np.testing.assert_allclose(scores.p_positive[:2], [0.8, 0.5], atol=1e-6)


def test_at_a_limit_of_zero_the_fast_member_alone_speaks_and_above_one_the_accurate_one(members):
    texts = ["sure", "unsure"]
    assert made(members, limit=0).score(texts).member.tolist() == [FAST, FAST]
    members[1].answers["sure"] = (0.0, 1.0)
    assert made(members, limit=1.01).score(texts).member.tolist() == [ACCURATE, ACCURATE]


def test_the_member_that_spoke_explains(members):
    assert [found.bias for found in made(members).explain(["sure", "unsure"])] == [4.0, 3.0]


def test_probabilities_still_add_up_to_one_where_both_members_are_certain_of_opposites():
    scores = Scores(np.array([1.0], np.float32), np.array([0.0], np.float32), np.array([True]))
    other = Scores(np.array([0.0], np.float32), np.array([1.0], np.float32), np.array([True]))
    found = cascade.joined(scores, other, np.array([0]), np.array([0.5]))
    assert found.p_negative[0] == pytest.approx(0.5, abs=1e-3)
    assert found.p_positive[0] == pytest.approx(0.5, abs=1e-3)


def test_no_text_is_no_trouble(members):
    assert made(members).score([]).member.tolist() == []
