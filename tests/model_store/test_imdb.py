from dataclasses import replace

import numpy as np
import pytest

from model_store import loading, words
from model_store.recipes import imdb
from tests.model_store.conftest import reviews

CARD = {"recipe": "imdb", "thresholds": imdb.THRESHOLDS, "chunk_size_comments": 7, "languages": ["en"]}


@pytest.fixture(scope="module")
def model(sets, run):
    return loading.serve(CARD, imdb.files(sets.vocabulary, run.weights))


def predict(model, texts):
    return model.predict(texts, [()] * len(texts))


def test_the_layers_are_the_articles():
    layers = [type(layer).__name__ for layer in imdb.build().layers]
    assert layers == ["Embedding", "Dropout", "GlobalAveragePooling1D", "Dropout", "Dense", "Dropout", "Dense"]
    assert imdb.build().count_params() == imdb.PARAMETERS == 160_289
    assert "160,289" in imdb.summary()


def test_without_dropout_and_weight_decay_the_layers_are_the_same():
    assert imdb.build(l2=0.0, dropout=0.0).count_params() == 160_289


def test_serving_gives_what_the_trained_network_gives(sets, run, model):
    network = imdb.build(dropout=0.0)
    network.set_weights([run.weights[name] for name in imdb.WEIGHTS])
    texts = [sets.vocabulary.decode(row[row > words.START]) for row in sets.validation.ids]
    expected = network(sets.validation.ids, training=False).numpy()[:, 0]
    assert predict(model, texts).p_positive == pytest.approx(expected, abs=1e-6)


def test_the_order_of_the_reviews_changes_nothing(sets, data):
    train = data.part("train")
    backwards = imdb.prepare(train.texts[::-1], [label > 0 for label in train.labels[::-1]])
    assert backwards.vocabulary.words == sets.vocabulary.words
    assert all(np.array_equal(one, two) for one, two in zip(backwards.train, sets.train, strict=True))


def test_thirty_percent_validate_and_both_labels_are_in_both_parts(sets):
    assert (len(sets.train.ids), len(sets.validation.ids)) == (210, 90)
    assert sets.validation.positive.mean() == 0.5


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(sets):
    options = imdb.Options(epochs=2, seed=5)
    first, second, other = (imdb.train(sets, one) for one in (options, options, replace(options, seed=6)))
    assert first.history == second.history
    assert all(np.array_equal(first.weights[name], second.weights[name]) for name in imdb.WEIGHTS)
    assert not np.array_equal(first.weights["embedding"], other.weights["embedding"])


def test_the_epoch_of_the_best_validation_accuracy_is_kept(sets, run):
    assert run.at_best("val_accuracy") == max(run.history["val_accuracy"])
    network = imdb.build(dropout=0.0, l2=0.0)
    network.set_weights([run.weights[name] for name in imdb.WEIGHTS])
    answered = network(sets.validation.ids, training=False).numpy()[:, 0] >= 0.5
    assert (answered == sets.validation.positive).mean() == pytest.approx(run.at_best("val_accuracy"))


def test_every_epoch_is_told(sets):
    told = []
    imdb.train(sets, imdb.Options(epochs=3), told.append)
    assert told == [1, 2, 3]


def test_the_two_probabilities_add_up_to_one(model):
    answered = predict(model, ["a wonderful film", "an awful film"])
    assert (answered.p_negative + answered.p_positive).tolist() == [1, 1]
    assert answered.p_negative.dtype == answered.p_positive.dtype == np.float32
    assert answered.skip_reason.tolist() == answered.member.tolist() == [None, None]


def test_a_text_without_a_known_word_is_skipped_and_the_others_keep_their_places(model):
    alone = predict(model, ["wonderful film"]).p_positive[0]
    answered = predict(model, ["", "wonderful film", "xyzzy", "🎉🎉", "\ud83d"])
    known = "no_known_word"
    assert answered.skip_reason.tolist() == [known, None, known, known, known]
    assert np.isnan(answered.p_positive).tolist() == [True, False, True, True, True]
    assert answered.p_positive[1] == alone


def test_no_texts_give_no_scores(model):
    assert [len(array) for array in predict(model, [])] == [0, 0, 0, 0]


def test_a_score_does_not_depend_on_its_neighbours(model):
    texts, _ = reviews(imdb.SERVED + 3, seed=9)
    together = predict(model, texts).p_positive
    by_threes = np.concatenate([predict(model, texts[i : i + 3]).p_positive for i in range(0, 99, 3)])
    assert together[:99].tolist() == by_threes.tolist()


def test_the_network_is_traced_once_for_all_numbers_of_texts(sets, run):
    scorer = imdb.load(CARD, imdb.files(sets.vocabulary, run.weights))
    for count in (1, 2, 50, imdb.SERVED + 1):
        scorer.score(["a wonderful film"] * count)
    assert scorer._network.experimental_get_tracing_count() == 1  # noqa: SLF001 - nothing else tells


def test_a_brands_own_name_does_not_move_its_score(model):
    names = ["Wonderful", "Awful", "Camera", "Best Buy", "Zzz"]
    texts = [f"{name} was with me at the film, #{name.replace(' ', '')} again" for name in names]
    answered = model.predict(texts, [(name,) for name in names])
    assert len(set(answered.p_positive.tolist())) == 1


def test_the_words_that_moved_a_score_are_named(model):
    explained = model.explain(["a wonderful film with wooden music"], [()])[0]
    moved = {part.words: part.logit for part in explained.parts}
    assert set(moved) == {"a", "wonderful", "film", "with", "wooden", "music"}
    assert moved["wonderful"] > 0 > moved["wooden"]
    assert not explained.exact
