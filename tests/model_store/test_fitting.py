from dataclasses import replace

import numpy as np
import pytest

from model_store import optimizers
from model_store.recipes import imdb
from model_store.training import fitting, labelled, networks, parts


def test_the_order_of_the_rows_changes_nothing(sets, data):
    backwards = data.take(np.arange(len(data.texts))[::-1])
    again = networks.prepare(imdb, parts.cut([backwards], validation=imdb.VALIDATION), None)
    assert again.vocabulary.words == sets.vocabulary.words
    assert all(np.array_equal(one, two) for one, two in zip(again.train, sets.train, strict=True))


def test_thirty_percent_validate_and_both_labels_are_in_both_parts(sets):
    assert (len(sets.train.ids), len(sets.validation.ids)) == (210, 90)
    assert sets.validation.positive.mean() == 0.5


def test_a_text_that_is_trained_on_does_not_know_its_brand():
    rows = [("Lumo lamps are fine", "positive", "Lumo"), ("Lumo lamps are bad", "negative", "")] * 100
    text, sentiment, brand = zip(*rows, strict=True)
    data = labelled.assemble("own.csv", "", text=text, sentiment=sentiment, brand=brand)
    sets = networks.prepare(imdb, parts.cut([data], validation=0.3), None)
    lumo = sets.vocabulary.words.index("lumo") + 4
    assert {positive for row, positive in zip(sets.train.ids, sets.train.positive, strict=True) if lumo in row} == {0}


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(sets):
    options = imdb.Options(epochs=2, seed=5)
    first, second, other = (fitting.fit(imdb, sets, one) for one in (options, options, replace(options, seed=6)))
    assert first.history == second.history
    assert all(np.array_equal(first.weights[name], second.weights[name]) for name in imdb.WEIGHTS)
    assert not np.array_equal(first.weights["embedding"], other.weights["embedding"])


def test_the_epoch_of_the_best_validation_accuracy_is_kept(sets, run):
    assert run.at_best("val_accuracy") == max(run.history["val_accuracy"])
    network = imdb.build()
    network.set_weights([run.weights[name] for name in imdb.WEIGHTS])
    answered = network(sets.validation.ids, training=False).numpy()[:, 0] >= 0.5
    assert (answered == sets.validation.positive).mean() == pytest.approx(run.at_best("val_accuracy"))


def test_every_step_is_told_and_every_epoch_with_its_accuracy(sets):
    told = []
    run = fitting.fit(imdb, sets, imdb.Options(epochs=3), on_step=lambda *step: told.append(step))
    assert [step for step in told if len(step) == 2] == list(enumerate(run.history["val_accuracy"], 1))
    assert [done for done, *_ in told] == sorted(done for done, *_ in told)


def test_training_begins_with_the_weights_it_is_given(sets, run):
    start = [run.weights[name] for name in imdb.WEIGHTS]
    still = imdb.Options(epochs=1, learning_rate=0.0)
    assert all(
        np.array_equal(fitting.fit(imdb, sets, still, start).weights[name], run.weights[name]) for name in imdb.WEIGHTS
    )


def test_every_optimizer_goes_its_own_way(sets):
    weights = {
        optimizer: fitting.fit(imdb, sets, imdb.Options(epochs=1, optimizer=optimizer)).weights["embedding"].tobytes()
        for optimizer in optimizers.RATES
    }
    assert len(set(weights.values())) == len(optimizers.RATES) == 5
