import numpy as np
import pytest

from model_store import loading, network, words
from model_store.recipes import imdb
from model_store.training import networks
from tests.model_store.conftest import reviews

CARD = {"recipe": "imdb", "thresholds": imdb.THRESHOLDS, "languages": ["en"]}


@pytest.fixture(scope="module")
def model(sets, run):
    return loading.serve(CARD, network.files(sets.vocabulary, run.weights))


def predict(model, texts):
    return model.predict(texts, [()] * len(texts))


def test_the_layers_are_the_articles():
    layers = [type(layer).__name__ for layer in imdb.build().layers]
    assert layers == ["Embedding", "Dropout", "GlobalAveragePooling1D", "Dropout", "Dense", "Dropout", "Dense"]
    assert imdb.build().count_params() == imdb.PARAMETERS == 160_289
    assert "160,289" in networks.summary(imdb, imdb.Options())


def test_without_dropout_and_weight_decay_the_layers_are_the_same():
    assert imdb.build(imdb.Options(l2=0.0, dropout=0.0)).count_params() == 160_289


def test_serving_gives_what_the_trained_network_gives(sets, run, model):
    trained = imdb.build()
    trained.set_weights([run.weights[name] for name in imdb.WEIGHTS])
    texts = [sets.vocabulary.decode(row[row > words.START]) for row in sets.validation.ids]
    expected = trained(sets.validation.ids, training=False).numpy()[:, 0]
    assert predict(model, texts).p_positive == pytest.approx(expected, abs=1e-6)


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
    texts, _ = reviews(imdb.SHAPES[0].texts + 3, seed=9)
    together = predict(model, texts).p_positive
    by_threes = np.concatenate([predict(model, texts[i : i + 3]).p_positive for i in range(0, 99, 3)])
    assert together[:99].tolist() == by_threes.tolist()


def test_the_network_is_traced_once_for_all_numbers_of_texts(sets, run):
    scorer = imdb.load(CARD, network.files(sets.vocabulary, run.weights))
    for count in (1, 2, 50, imdb.SHAPES[0].texts + 1):
        scorer.score(["a wonderful film"] * count)
    assert scorer._traced.experimental_get_tracing_count() == 1  # noqa: SLF001 - nothing else tells


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
