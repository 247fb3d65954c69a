"""The recipes `lstm` and `cnn`, which read words in their order."""

from importlib import import_module

import numpy as np
import pytest
import safetensors.numpy

from model_store import loading, network, words
from model_store.network import Network
from model_store.training import fitting, networks, trainers
from model_store.training.trainers import Base
from settings import errors
from tests.model_store.conftest import reviews

LAYERS = {
    "lstm": ["Embedding", "Dropout", "Bidirectional", "Dropout", "Dense"],
    "cnn": ["Embedding", "Dropout", "Conv1D", "GlobalAveragePooling1D", "Dropout", "Dense"],
}
PARAMETERS = {"lstm": 10_000 * 16 + 2 * 4 * (16 + 32 + 1) * 32 + 65, "cnn": 10_000 * 16 + (3 * 16 + 1) * 64 + 65}
SMALL = {"lstm": {"dimensions": 8, "units": 4}, "cnn": {"dimensions": 8, "filters": 4}}


@pytest.fixture(scope="module", params=["lstm", "cnn"])
def name(request):
    return request.param


@pytest.fixture(scope="module")
def recipe(name):
    return import_module(f"model_store.recipes.{name}")


@pytest.fixture(scope="module")
def trainer(name):
    return trainers.named(name)


@pytest.fixture(scope="module")
def options(name, recipe):
    return recipe.Options(**SMALL[name], epochs=4, batch_size=32, learning_rate=0.04, languages=("en",))


@pytest.fixture(scope="module")
def learnt(recipe, sets, options):
    return fitting.fit(recipe, sets, options)


@pytest.fixture(scope="module")
def made_version(name, recipe, sets, learnt):
    trained = networks.trained(recipe, sets, learnt)
    return Base(f"{name}@1", {**trained.card, "recipe": name}, trained.contents)


@pytest.fixture(scope="module")
def model(made_version):
    return loading.serve(made_version.card, made_version.contents)


def predict(model, texts):
    return model.predict(texts, [()] * len(texts)).p_positive


def long_and_short():
    """Texts for each of the shapes, and longer than the widest."""
    texts, _ = reviews(40, seed=9)
    return [*texts, *(" ".join(texts[i : i + 3]) for i in range(20)), *(" ".join(texts[i : i + 9]) for i in range(9))]


def test_the_layers_are_those_that_the_docs_name(name, recipe):
    built = recipe.build()
    named = {layer for layers in LAYERS.values() for layer in layers}
    assert [kind for layer in built.layers if (kind := type(layer).__name__) in named] == LAYERS[name]
    assert built.count_params() == PARAMETERS[name]
    assert f"{PARAMETERS[name]:,} parameters" in recipe.build.__doc__


def test_it_learns(learnt):
    assert learnt.at_best("val_accuracy") > 0.9


def test_serving_gives_what_the_trained_network_gives(recipe, options, sets, learnt, model):
    trained = recipe.build(options)
    trained.set_weights([learnt.weights[part] for part in recipe.WEIGHTS])
    texts = [sets.vocabulary.decode(row[row > words.START]) for row in sets.validation.ids]
    expected = trained(sets.validation.ids, training=False).numpy()[:, 0]
    # The version keeps its numbers in 16 bits, of which 11 are digits: one part in 2,048.
    assert predict(model, texts) == pytest.approx(expected, abs=2e-3)


def test_weights_are_kept_in_16_bits_and_come_back_as_they_were(recipe, learnt, made_version):
    kept = safetensors.numpy.load(made_version.contents[network.WEIGHTS])
    assert {weight.dtype for weight in kept.values()} == {np.dtype(np.float16)}
    for part, weight in zip(recipe.WEIGHTS, network.weights(made_version.contents, recipe.WEIGHTS), strict=True):
        assert np.array_equal(weight, learnt.weights[part].astype(np.float16).astype(np.float32))


def test_a_text_without_a_known_word_is_skipped_and_the_others_keep_their_places(model):
    answered = model.predict(["", "wonderful film", "xyzzy"], [()] * 3)
    assert answered.skip_reason.tolist() == ["no_known_word", None, "no_known_word"]
    assert answered.p_positive[1] == predict(model, ["wonderful film"])[0]


def test_a_score_does_not_depend_on_its_neighbours(model):
    texts = long_and_short()
    by_threes = np.concatenate([predict(model, texts[i : i + 3]) for i in range(0, len(texts), 3)])
    assert predict(model, texts).tolist() == by_threes.tolist()


def test_a_score_does_not_depend_on_how_much_padding_follows(recipe, options, sets, learnt):
    built = recipe.build(options)
    built.set_weights([learnt.weights[part] for part in recipe.WEIGHTS])
    narrow, wide = (Network(sets.vocabulary, built, shapes) for shapes in (recipe.SHAPES, recipe.SHAPES[-1:]))
    texts = [*long_and_short(), "wonderful", "a dull plot"]
    assert narrow.score(texts).p_positive == pytest.approx(wide.score(texts).p_positive, abs=1e-6)


def test_a_short_text_is_scored_in_a_narrow_shape_and_each_shape_is_traced_once(recipe, made_version):
    scorer = recipe.load(made_version.card, made_version.contents)
    traced = scorer._traced.experimental_get_tracing_count  # noqa: SLF001 - nothing else tells
    scorer.score(["a wonderful film"])
    assert traced() == 1
    for count in (1, 2, 50):
        scorer.score(["a wonderful film"] * count)
    scorer.score(long_and_short())
    assert traced() == len(scorer._shapes)  # noqa: SLF001 - as above


def test_the_order_of_words_counts(model):
    telling = ["awful", "wonderful", "the", "film", "was", "superb", "dull"]
    assert predict(model, [" ".join(telling)])[0] != predict(model, [" ".join(reversed(telling))])[0]


def test_the_same_seed_gives_the_same_version(trainer, made, options, learnt, made_version):
    again = trainer.train(made, options)
    assert again.history == learnt.history
    assert again.contents == made_version.contents


def test_training_goes_on_from_a_version_with_its_shapes_and_words(trainer, recipe, made, made_version):
    still = trainer.Options(epochs=1, learning_rate=0.0)
    assert trainer.train(made, still, made_version).contents == made_version.contents
    further = trainer.train(made, trainer.Options(epochs=1), made_version)
    assert further.contents[network.WEIGHTS] != made_version.contents[network.WEIGHTS]
    assert {part: further.card["hyper_parameters"][part] for part in recipe.STRUCTURE} == {
        part: made_version.card["hyper_parameters"][part] for part in recipe.STRUCTURE
    }


def test_what_goes_on_from_a_version_cannot_have_other_shapes(name, trainer, made, made_version):
    with pytest.raises(errors.WrongInput, match=rf"{name}@1 has dimensions 8"):
        trainer.train(made, trainer.Options(dimensions=12), made_version)


def test_training_introduces_its_texts_and_layers(name, trainer, made, options):
    said = trainer.introduce(made, options)
    assert "210 texts to train on, 90 to validate, 100 to test" in said
    assert LAYERS[name][2].lower() in said.lower()
    assert trainer.steps(options) == 4


def test_the_words_that_moved_a_score_are_named(model):
    explained = model.explain(["a wonderful film with wooden music"], [()])[0]
    moved = {part.words: part.logit for part in explained.parts}
    assert moved["wonderful"] > 0 > moved["wooden"]
