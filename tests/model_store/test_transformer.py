import numpy as np
import pytest
from scipy import special

from model_store.tables import Kind, Line
from model_store.transformer import Reach, Transformer
from model_store.wordpieces import WordPieces

PIECES = ["[PAD]", "[UNK]", "[MASK]", "good", "bad", "fine", "the", "phone"]
GOOD, BAD = PIECES.index("good"), PIECES.index("bad")
AS_THEY_ARE = Kind(Line(1.0, 0.0), Line(1.0, 0.0))


class Counting:
    """A network whose polarity is the good words less the bad ones, and its neutral the length of the window."""

    def __init__(self):
        self.calls = []

    def __call__(self, ids):
        self.calls.append(ids)
        polarity = (ids == GOOD).sum(axis=1) - (ids == BAD).sum(axis=1)
        return np.stack([polarity, (ids > 0).sum(axis=1) - 4], axis=1).astype(np.float32)


@pytest.fixture
def network():
    return Counting()


def made(network, kinds=(AS_THEY_ARE, AS_THEY_ARE)):
    return Transformer(WordPieces(PIECES), network, kinds, Reach(window=6, call=60, short=40))


def test_a_text_gets_the_probabilities_of_its_two_logits(network):
    scores = made(network).score(["the good phone"])
    neutral = special.expit(1)
    assert scores.p_positive[0] == pytest.approx((1 - neutral) * special.expit(1))
    assert scores.p_negative[0] == pytest.approx((1 - neutral) * special.expit(-1))


def test_a_long_text_is_read_to_its_end_and_its_windows_averaged(network):
    texts = ["the phone the phone good good good good", "good"]
    assert made(network).logits(texts).values[:, 0].tolist() == [2, 1]
    assert sum(len(ids) for ids in network.calls) == 3


def test_a_text_that_comes_often_is_read_once(network):
    values = made(network).logits(["good", "bad", "good", "good"]).values
    assert values[:, 0].tolist() == [1, -1, 1, 1]
    assert sum(len(ids) for ids in network.calls) == 2


def test_texts_without_a_word_are_not_known_and_nothing_breaks_without_any_text(network):
    assert made(network).score(["", "good", "@bob"]).known.tolist() == [False, True, False]
    assert made(network).score([]).known.tolist() == []


def test_short_and_long_texts_have_lines_of_their_own(network):
    kinds = (AS_THEY_ARE, Kind(Line(2.0, 1.0), None))
    scores = made(network, kinds).score(["good", "the phone the phone the phone the phone good bad good"])
    assert scores.p_negative[1] + scores.p_positive[1] == pytest.approx(1)
    assert scores.p_positive[1] == pytest.approx(special.expit(2 * 1 / 3 + 1))


def test_an_explanation_names_the_words_that_moved_the_score(network):
    found = made(network).explain(["good phone bad good"])[0]
    assert [(part.words, part.logit) for part in found.parts[:2]] == [("good", 2.0), ("bad", -1.0)]
    assert not found.exact
