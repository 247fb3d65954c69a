import numpy as np
import pytest

from model_store import loading, rounding, shipped
from model_store.recipes.accurate import Options
from model_store.training import accurate, labelled, parts, trainers
from model_store.training.labelled import Labelled
from model_store.wordpieces import WordPieces
from settings import environment, errors

LONG = "the plot drags on and on " * 20


def some(name, texts, sentiments, **columns):
    return labelled.assemble(name, "0" * 64, text=texts, sentiment=sentiments, **columns)


@pytest.fixture(scope="module")
def data() -> Labelled:
    """Short texts of three labels and long ones of two."""
    short = [
        (f"{word} number {i}", label) for i in range(120) for word, label in (("love", 1), ("hate", -1), ("it is", 0))
    ]
    long = [(f"{LONG} {word} {i}", label) for i in range(60) for word, label in (("good", 1), ("bad", -1))]
    names = {1: "positive", 0: "neutral", -1: "negative"}
    texts, labels = zip(*short, *long, strict=True)
    return some("own.csv", list(texts), [names[label] for label in labels])


@pytest.fixture(scope="module")
def made(data):
    also = some("also.csv", ["fine"] * 30 + ["poor"] * 30, ["positive"] * 30 + ["negative"] * 30)
    return parts.cut([data], [also], validation=0.1)


def test_each_kind_of_text_has_its_share_and_some_long_ones_are_held_out(made):
    seen = accurate.see(made, Options(), WordPieces(["[PAD]", "[UNK]", "[MASK]"]))
    assert [round(group.share, 2) for group in seen.groups] == [0.58, 0.12, 0.3]
    assert len(seen.groups[2].rows) == 60
    assert all(len(text) > 280 for text in seen.held.texts)
    every = np.concatenate([group.rows for group in seen.groups])
    assert len(every) + len(seen.held.texts) == len(seen.examples.pieces)


def test_a_share_whose_texts_are_absent_falls_to_the_others(data):
    short = data.where(len(text) < 280 for text in data.texts)
    seen = accurate.see(parts.cut([short], validation=0.1), Options(), WordPieces(["[PAD]", "[UNK]", "[MASK]"]))
    assert [group.share for group in seen.groups] == [1.0]


def test_of_few_texts_none_is_seen_more_than_three_times_unless_asked_for():
    assert accurate.course(Options(), 1_000).texts == 3_000
    assert accurate.course(Options(), 1_000_000).texts == 184_320
    assert accurate.course(Options(texts=50_000), 1_000).texts == 50_000


@pytest.fixture(scope="module")
def base():
    return trainers.base(shipped.find("accurate@2"), "accurate")


@pytest.fixture(scope="module")
def further(made, base, tmp_path_factory):
    """A short training on from the shipped version; gives what was trained, and its cache."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("BRANDPULSE_CACHE_FOLDER", str(folder))
        environment.load.cache_clear()
        yield accurate.train(made, Options(texts=200), base), folder
    environment.load.cache_clear()


def weights(contents):
    return rounding.load(contents["weights.safetensors"])


def test_a_training_goes_on_from_the_shipped_version(base, further):
    trained, cache = further
    assert trained.card["hyper_parameters"]["texts"] == 200
    assert trained.card["pretrained"] is None
    assert trained.contents["pieces.json"] == base.contents["pieces.json"]
    assert trained.contents["weights.safetensors"] != base.contents["weights.safetensors"]
    scores = loading.serve({**shipped.find("accurate@2").card, **trained.card}, trained.contents).predict(
        ["love number 3", "hate number 4"], [(), ()]
    )
    assert scores.p_positive[0] > 0.5 > scores.p_positive[1]
    assert any((cache / "training").iterdir())


def test_what_is_learnt_can_be_averaged_with_another_version(made, base, further):
    trained, _ = further
    # The rounds of the first training are kept: nothing is learnt anew.
    averaged = accurate.train(made, Options(texts=200, average=("accurate@2",)), base)
    assert averaged.card["averaged"] == ["accurate@2"]
    both = zip(weights(trained.contents), weights(base.contents), weights(averaged.contents), strict=True)
    for learnt, before, found in both:
        largest = np.abs(learnt).max()
        assert np.abs((learnt + before) / 2 - found).max() < largest / 100


def test_weights_of_another_recipe_are_not_averaged(made, base):
    with pytest.raises(errors.WrongInput, match="--average fast@1"):
        accurate.train(made, Options(texts=200, average=("fast@1",)), base)
