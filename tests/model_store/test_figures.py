import numpy as np
import pytest
from sklearn import metrics

from model_store.training import figures
from tests.model_store.answering import answered


@pytest.fixture(scope="module")
def mixed():
    """400 rows of three classes, a tenth of them skipped, probabilities in steps so that many are equal."""
    drawn = np.random.default_rng(5)
    truth = drawn.integers(-1, 2, 400)
    positive = np.clip(0.4 + 0.2 * truth + 0.3 * drawn.standard_normal(400), 0, 1).round(1)
    negative = ((1 - positive) * drawn.random(400)).round(1)
    skipped = drawn.random(400) < 0.1
    return answered(truth, *(None if skip else pair for skip, *pair in zip(skipped, negative, positive, strict=True)))


def of(rows):
    return {name: float(value) for name, value in figures.of(figures.count(figures.cells(rows))).items()}


def test_the_figures_are_those_of_scikit_learn(mixed):
    truth, polar, found = mixed.truth, mixed.truth != 0, of(mixed)
    assert found["accuracy"] == pytest.approx(metrics.accuracy_score(truth[polar], mixed.sides[polar]))
    f1 = metrics.f1_score(truth[polar], mixed.sides[polar], labels=[-1, 1], average="macro")
    assert found["macro_f1"] == pytest.approx(f1)
    recall = metrics.recall_score(truth, mixed.labels, labels=[-1, 0, 1], average="macro")
    assert found["macro_recall"] == pytest.approx(recall)


def test_the_auc_is_that_of_scikit_learn_on_all_rows_and_on_a_draw(mixed):
    ranking = figures.Ranking(mixed)
    draw = np.random.default_rng(1).integers(400, size=400)
    for rows in (np.arange(400), draw):
        polar = rows[mixed.truth[rows] != 0]
        expected = metrics.roc_auc_score(mixed.truth[polar] == 1, mixed.leaning[polar])
        assert ranking.auc(rows) == pytest.approx(expected)


def test_many_draws_are_counted_as_each_of_them(mixed):
    cells = figures.cells(mixed)
    draws = [np.random.default_rng(seed).integers(400, size=400) for seed in range(3)]
    together = figures.of(np.stack([figures.count(cells[rows]) for rows in draws]))
    for i, rows in enumerate(draws):
        alone = figures.of(figures.count(cells[rows]))
        assert {name: values[i] for name, values in together.items()} == alone


def test_the_confusion_counts_rows_by_label(mixed):
    found = figures.confusion(figures.count(figures.cells(mixed)))
    assert found["neutral"]["skipped"] == int(((mixed.truth == 0) & mixed.skipped).sum())
    assert sum(sum(row.values()) for row in found.values()) == 400
