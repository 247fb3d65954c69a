import numpy as np
import pytest

from model_store import runtime
from model_store.minilm import Size
from model_store.training import teaching
from model_store.training.drawing import Group
from model_store.training.finetuning import Course, Examples, Fit

SIZE = Size(vocabulary=200, positions=32, width=16, heads=2, inner=32, blocks=1, distances=8)
COURSE = Course(texts=600, tokens=256, window=16, rate=0.01, dropout=0.1, seed=3, dropout_within=0.1, size=SIZE)


def examples(count, *, knows_neutral=True):
    """Texts that are positive where they begin with the piece 150, and else negative."""
    labels = np.arange(count) % 2
    pieces = [np.array([150 if label else 160, 110 + i % 30], np.int32) for i, label in enumerate(labels)]
    targets = np.stack([labels, np.zeros(count)], axis=1).astype(np.float32)
    weights = np.stack([np.ones(count), np.full(count, float(knows_neutral))], axis=1).astype(np.float32)
    return Examples(pieces, targets, weights)


@pytest.fixture(scope="module")
def fitted():
    runtime.start()
    return Fit(examples(200), [Group(np.arange(150), 1.0)], examples(20), examples(20))


def refuse():
    pytest.fail("the teacher learns again")


def test_a_teacher_says_of_texts_it_has_not_seen_what_it_learnt_of_others(fitted, tmp_path):
    taught = teaching.teach(fitted, COURSE, tmp_path, lambda *_told: None, start=list)
    said = taught.targets[150:, 0] * 5 - fitted.examples.targets[150:, 0]  # a fifth of it is the label
    assert ((said / 4 > 0.9) == (fitted.examples.targets[150:, 0] > 0)).all()


def test_a_teacher_learns_once_for_the_same_training(fitted, tmp_path):
    first = teaching.teach(fitted, COURSE._replace(texts=60), tmp_path, lambda *_told: None, start=list)
    again = teaching.teach(fitted, COURSE._replace(texts=60), tmp_path, lambda *_told: None, start=refuse)
    assert np.array_equal(first.targets, again.targets)


def test_the_teacher_counts_four_times_a_label_and_alone_where_there_is_none():
    found = teaching.mixed(examples(2, knows_neutral=False), np.zeros((2, 2), np.float32))
    assert found.targets[:, 0].tolist() == pytest.approx([0.4, 0.6])
    assert found.weights[:, 0].tolist() == [5, 5]
    assert found.targets[:, 1].tolist() == [0.5, 0.5]
    assert found.weights[:, 1].tolist() == [4, 4]
