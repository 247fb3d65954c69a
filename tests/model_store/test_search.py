import pytest

from model_store.recipes import imdb
from model_store.training import search


@pytest.fixture(scope="module")
def told():
    return []


@pytest.fixture(scope="module")
def found(sets, told):
    return search.run(sets, imdb.Options(epochs=1, seed=3, grid=True), on_step=lambda *step: told.append(step))


def accuracy(run):
    return run.at_best("val_accuracy")


def test_every_pair_of_the_grid_is_tried_with_one_seed(found):
    tried = [(run.options.l2, run.options.batch_size) for run in found.grid]
    assert tried == [(l2, size) for l2 in (0.01, 0.001, 0.0001) for size in (128, 512)]
    assert {run.options.seed for run in found.grid} == {3}


def test_five_seeds_are_trained_with_the_best_of_the_grid(found):
    best = max(found.grid, key=accuracy).options
    assert [run.options.seed for run in found.seeds] == [3, 4, 5, 6, 7]
    assert {(run.options.l2, run.options.batch_size) for run in found.seeds} == {(best.l2, best.batch_size)}


def test_the_seed_with_the_best_validation_accuracy_is_kept(found):
    assert found.kept is max(found.seeds, key=accuracy)
    assert search.spread(found.seeds)["mean"] == pytest.approx(sum(map(accuracy, found.seeds)) / 5)


def test_the_table_shows_every_training(found):
    rows = search.table(found.seeds)
    assert [row["validation_accuracy"] for row in rows] == [accuracy(run) for run in found.seeds]
    assert {row["best_epoch"] for row in rows} == {1}


def test_progress_goes_on_over_all_trainings(found, told):
    assert [done for done, accuracy in told if accuracy is not None] == list(range(1, 12))
    assert search.epochs(imdb.Options(epochs=1, grid=True)) == 11


def test_without_the_grid_one_training_is_made(sets):
    once = search.run(sets, imdb.Options(epochs=1))
    assert (once.grid, once.seeds) == ([], [])
    assert search.epochs(imdb.Options(epochs=7)) == 7
