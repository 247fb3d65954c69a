from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from model_store import pieces, remembering, runtime, tables
from model_store.tables import Kind, Line
from model_store.training import features
from model_store.weighing import Weighing
from tests.model_store import odd

SHORT = 100
RUN_BITS, CHARACTER_BITS, LONG_BITS = 12, 11, 13
KINDS = [Kind(Line(2.0, -0.3), Line(1.5, 0.2)), Kind(Line(3.0, 0.1), Line(0.5, -1.0))]


@pytest.fixture(scope="module")
def kept():
    drawn = np.random.default_rng(0)
    return tables.rounded(
        runs=drawn.normal(size=(1 << RUN_BITS, 2)),
        characters=drawn.normal(size=(1 << CHARACTER_BITS, 2)),
        long_runs=drawn.normal(size=(1 << LONG_BITS, 1)),
    )


@pytest.fixture
def fresh(kept):
    """Makes a model that has seen nothing."""

    def make(kinds=KINDS):
        runtime.start()
        return Weighing(kept, kinds, SHORT)

    return make


@pytest.fixture
def model(fresh):
    return fresh()


def same(one, other):
    return all(np.array_equal(left, right) for left, right in zip(one[:3], other[:3], strict=True))


def sides(polarity, neutral):
    def sigmoid(logit):
        return 1 / (1 + np.exp(-logit))

    return [(1 - sigmoid(neutral)) * sigmoid(side * polarity) for side in (-1, 1)]


def by_training(kept, texts, *, is_long):
    """What the n-grams that training sees add up to."""
    found = features.extract(texts, CHARACTER_BITS)
    sums = found.folded(RUN_BITS).runs @ kept.weights("runs")
    if is_long:
        sums[:, 0] = (found.folded(LONG_BITS).runs @ kept.weights("long_runs"))[:, 0]
    else:
        sums += found.tokens @ (found.characters @ kept.weights("characters"))
    sums /= np.sqrt(np.maximum(found.lengths, 1))[:, None]
    return sides(*(line.slope * column + line.bias for line, column in zip(KINDS[is_long], sums.T, strict=True)))


@pytest.mark.parametrize("is_long", [False, True], ids=["short", "long"])
def test_a_score_is_that_of_the_n_grams_that_training_sees(kept, model, is_long):
    # Where a tabulator of the vertical kind ends an address, only serving cuts it.
    texts = [text for text in odd.texts(600) if (len(text) > SHORT) == is_long and "\v" not in text]
    answered = model.score(texts)
    np.testing.assert_allclose(answered[:2], by_training(kept, texts, is_long=is_long), atol=1e-6)


def test_a_score_depends_neither_on_neighbours_nor_on_what_was_seen_before(fresh, model):
    texts = odd.texts(80)
    model.score(odd.texts(500, seed=1))
    together = model.score(texts)
    assert same(together, fresh().score(texts))
    assert same(
        together, [np.concatenate(one) for one in zip(*(model.score([text])[:3] for text in texts), strict=True)]
    )


def test_the_order_of_texts_does_not_matter(fresh):
    texts = odd.texts(200)
    assert same(fresh().score(texts), [one[::-1] for one in fresh().score(texts[::-1])[:3]])


def test_forgetting_in_between_changes_no_score(fresh, monkeypatch):
    texts = odd.texts(200)
    expected = fresh().score(texts)
    monkeypatch.setattr(pieces, "PORTION", 150)
    for name, small in (("MOST", 40), ("PIECES", 7), ("BLOCK", 10)):
        monkeypatch.setattr(remembering, name, small)
    forgetful = fresh()
    assert same(expected, forgetful.score(texts))
    assert same(expected, forgetful.score(texts))


def test_what_is_remembered_is_bounded(fresh, monkeypatch):
    monkeypatch.setattr(remembering, "MOST", 1_000)
    model = fresh()
    words = [f"word{number}" for number in range(5_000)]
    for start in range(0, 5_000, 100):
        model.score(words[start : start + 100])
        assert model.remembered <= 1_000
    assert model.remembered > 0


def test_a_text_of_more_pieces_than_are_remembered_is_scored_and_leaves_nothing_behind(fresh, monkeypatch):
    text = " ".join(f"word{number}" for number in range(2_000))
    expected = fresh().score([text])
    monkeypatch.setattr(remembering, "MOST", 1_000)
    model = fresh()
    assert same(expected, model.score([text]))
    assert model.remembered == 0


@pytest.mark.parametrize(
    "text", ["a" * 300_000, "!" * 300_000, "ab." * 100_000, "\U0001f600" * 100_000, "good " * 100_000]
)
def test_a_text_of_a_hundred_thousand_times_the_same_is_scored(model, text):
    answered = model.score([text, "good"])
    assert np.isfinite(answered.p_positive).all()
    assert answered.known.tolist() == [text[0] != "!", True]


def test_texts_are_scored_alike_by_several_threads_at_once(fresh, monkeypatch):
    texts = odd.texts(400)
    expected = fresh().score(texts)
    monkeypatch.setattr(remembering, "MOST", 60)
    monkeypatch.setattr(pieces, "PORTION", 200)
    model = fresh()
    with ThreadPoolExecutor(4) as threads:
        assert all(same(expected, found) for found in threads.map(model.score, [texts] * 8))


def test_texts_that_are_split_already_are_scored_alike(model):
    texts = odd.texts(100)
    assert same(model.score(texts), model.score(pieces.split(texts)))


def test_without_a_line_for_neutral_nothing_is_neutral(fresh):
    texts = ["a good film", "bad, really bad " * 20]
    answered = fresh([kind._replace(neutral=None) for kind in KINDS]).score(texts)
    assert (answered.p_negative + answered.p_positive).tolist() == pytest.approx([1, 1])


def test_no_text_has_no_score(model):
    assert [len(array) for array in model.score([])[:3]] == [0, 0, 0]
