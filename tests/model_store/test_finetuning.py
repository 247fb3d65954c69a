import numpy as np
import pytest

from model_store import classifier, runtime
from model_store.minilm import Size
from model_store.training import finetuning
from model_store.training.drawing import Group
from model_store.training.finetuning import Course, Examples, Fit

SIZE = Size(vocabulary=200, positions=32, width=16, heads=2, inner=32, blocks=1)
COURSE = Course(
    texts=640, tokens=256, window=16, rate=0.01, dropout=0.1, seed=3, round=160, dropout_within=0.1, size=SIZE
)


class Stopped(Exception):
    pass


def examples(count, seed):
    """Texts that are positive where they hold the piece 150, and neutral where they hold 160."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(-1, 2, count)
    pieces = [generator.integers(103, 150, generator.integers(3, 20)).astype(np.int32) for _ in range(count)]
    for ids, label in zip(pieces, labels, strict=True):
        ids[1] = {1: 150, 0: 160, -1: 170}[label]
    targets = np.stack([labels > 0, labels == 0], axis=1).astype(np.float32)
    weights = np.stack([labels != 0, np.ones(count)], axis=1).astype(np.float32)
    return Examples(pieces, targets, weights)


@pytest.fixture(scope="module")
def fitted():
    runtime.start()
    return Fit(examples(300, 0), [Group(np.arange(300), 1.0)], examples(50, 1), examples(100, 2))


def run(fitted, folder, stop_at=None):
    def told(done, _accuracy=None):
        if stop_at is not None and done >= stop_at:
            raise Stopped

    network, history = finetuning.fit([], fitted, COURSE, folder, told)
    return network.get_weights(), history


@pytest.fixture(scope="module")
def whole(fitted, tmp_path_factory):
    return run(fitted, tmp_path_factory.mktemp("checkpoints"))


def test_what_the_texts_say_is_learnt(whole):
    history = whole[1]
    assert history["val_accuracy"][-1] > 0.95
    assert history["val_loss"][-1] < 0.5
    assert {len(curve) for curve in history.values()} == {COURSE.epochs}


def test_a_training_that_was_stopped_goes_on_and_ends_where_it_would_have(fitted, whole, tmp_path):
    with pytest.raises(Stopped):
        run(fitted, tmp_path, stop_at=2.5)
    told = []
    network, history = finetuning.fit([], fitted, COURSE, tmp_path, lambda done, _accuracy=None: told.append(done))
    assert min(told) > 2
    assert history == whole[1]
    assert all(np.array_equal(one, other) for one, other in zip(network.get_weights(), whole[0], strict=True))


def test_other_texts_options_or_shares_do_not_go_on_from_a_training(fitted):
    name = finetuning.fingerprint(fitted, COURSE)
    fewer = fitted._replace(examples=fitted.examples.take(np.arange(299)))
    shared = fitted._replace(groups=[Group(np.arange(150), 0.4), Group(np.arange(150, 300), 0.6)])
    assert finetuning.fingerprint(fitted, COURSE._replace(seed=4)) != name
    assert finetuning.fingerprint(fewer, COURSE) != name
    assert finetuning.fingerprint(shared, COURSE) != name
    assert finetuning.fingerprint(fitted._replace(examples=examples(300, 0)), COURSE) == name


def test_training_starts_from_the_weights_it_is_given(fitted, tmp_path):
    start = classifier.build(SIZE).get_weights()[:-2]
    standing = COURSE._replace(rate=0.0, texts=160)
    network, _ = finetuning.fit(start, fitted, standing, tmp_path, lambda *_told: None)
    assert all(np.array_equal(one, other) for one, other in zip(network.get_weights()[:-2], start, strict=True))
