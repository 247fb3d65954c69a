import numpy as np
import pyarrow.parquet
import pytest

from model_store import artefact, card, loading, prediction, shipped
from model_store.recipes import imdb
from model_store.training import evaluation, labelled
from settings import errors
from tests.model_store.conftest import SHARED, needs


def test_every_shipped_version_is_the_one_that_the_code_names():
    versions = shipped.versions()
    assert [version.spec for version in versions] == list(shipped.SHIPPED)
    assert shipped.DEFAULT in shipped.SHIPPED


def test_a_name_alone_is_its_newest_version():
    assert shipped.find("imdb") == shipped.find("imdb@1")


@pytest.mark.parametrize("spec", ["imbd", "imdb@7", "imdb@0"])
def test_an_unknown_version_is_refused_with_those_there_are(spec):
    with pytest.raises(errors.NotFound, match=rf"'{spec}'.*imdb@1"):
        shipped.find(spec)


def test_a_version_cannot_be_named_by_a_path():
    with pytest.raises(errors.NotFound):
        shipped.find("../imdb@1")


def test_the_shipped_version_is_small_and_has_the_articles_parameters():
    version = shipped.find("imdb@1")
    assert version.card["parameters"] == imdb.PARAMETERS == 160_289
    assert sum(map(len, artefact.files(version.folder).values())) < 1_000_000


@pytest.mark.parametrize("spec", ["lstm@1", "cnn@1"])
def test_the_versions_that_read_in_order_are_small_and_without_a_picture_for_screens(spec):
    files = artefact.files(shipped.find(spec).folder)
    assert set(files) == {"card.json", "MODEL_CARD.md", "curves.svg", "weights.safetensors", "words.json"}
    assert sum(map(len, files.values())) < 600_000


def test_the_cards_for_people_say_what_the_metadata_say():
    for version in shipped.versions():
        assert (version.folder / "MODEL_CARD.md").read_text() == card.for_people(version.card)


@pytest.mark.parametrize("spec", shipped.SHIPPED)
def test_a_shipped_version_tells_praise_from_blame(spec):
    model = loading.load(shipped.find(spec))
    praise = "One of the best films I have ever seen, a wonderful story and a superb cast. I loved it."
    blame = "A complete waste of time: awful acting, a boring plot and the worst ending ever. I hated it."
    answered = model.predict([praise, blame], [(), ()])
    assert answered.p_positive[0] > 0.9
    assert answered.p_negative[1] > 0.9


def test_the_fast_version_is_at_most_ten_megabytes():
    files = artefact.files(shipped.find("fast@1").folder)
    assert set(files) == {"card.json", "MODEL_CARD.md", "curves.svg", "weights.safetensors", "words.json"}
    assert sum(map(len, files.values())) < 10_000_000


@needs("tweeteval_sentiment.parquet")
def test_the_fast_version_is_as_right_on_tweets_as_its_card_says_and_knows_how_right():
    version = shipped.find("fast@1")
    found = evaluation.evaluate(
        loading.load(version), labelled.read(SHARED / "tweeteval_sentiment.parquet").part("test")
    )
    [card] = [test for test in version.card["metrics"]["tests"] if test["name"] == "tweeteval_sentiment.parquet"]
    for figure in ("accuracy", "macro_recall", "auc"):
        # The card was written before fewer tweets were taken for foreign: 4 of 12,284 in place of 8.
        assert found[figure] == pytest.approx(card[figure], abs=0.001)
    assert found["macro_recall"] >= 0.61
    assert found["auc"] >= 0.9
    assert found["calibration_error"] <= 0.05


def test_the_accurate_version_is_at_most_thirty_megabytes_and_needs_nothing_else():
    files = artefact.files(shipped.find("accurate@2").folder)
    kept = {"card.json", "MODEL_CARD.md", "curves.svg", "weights.safetensors", "pieces.json", "words.json"}
    assert set(files) == kept
    assert sum(map(len, files.values())) < 30_000_000


def test_the_accurate_version_understands_what_counting_words_does_not():
    model = loading.load(shipped.find("accurate@2"))
    texts = [
        "I expected so much better from them",
        "can't stop using it",
        "thanks for nothing, third time it breaks",
    ]
    answered = model.predict(texts, [()] * len(texts))
    assert prediction.label_codes(answered, model.thresholds).tolist() == [-1, 1, -1]


@needs("tweeteval_sentiment.parquet")
def test_the_accurate_version_is_as_right_on_tweets_as_its_card_says():
    version = shipped.find("accurate@2")
    rows = labelled.read(SHARED / "tweeteval_sentiment.parquet").part("validation")
    found = evaluation.evaluate(loading.load(version), rows)
    [card] = version.card["metrics"]["validations"]
    for figure in ("accuracy", "macro_recall", "auc"):
        assert found[figure] == pytest.approx(card[figure], abs=0.003)  # other processors round in other ways


# All reviews would take minutes: 250 have a standard error of 1.6 points, 2,500 of 0.7.
@needs("imdb.parquet")
@pytest.mark.parametrize(("spec", "step", "apart"), [("accurate@2", 100, 0.05), ("lstm@1", 10, 0.02)])
def test_a_slow_version_is_as_right_on_some_film_reviews_as_its_card_says_of_all(spec, step, apart):
    version = shipped.find(spec)
    every = labelled.read(SHARED / "imdb.parquet").part("test")
    found = evaluation.evaluate(loading.load(version), every.take(np.arange(0, len(every.texts), step)))
    assert found["accuracy"] == pytest.approx(version.card["metrics"]["test_accuracy"], abs=apart)


@needs("imdb.parquet")
@pytest.mark.parametrize("spec", ["imdb@1", "cnn@1", "fast@1"])
def test_the_version_is_as_right_on_film_reviews_as_its_card_says(spec):
    version = shipped.find(spec)
    table = pyarrow.parquet.read_table(SHARED / "imdb.parquet", filters=[("split", "=", "test")])
    test = labelled.assemble(
        "imdb.parquet", "", text=table["text"].to_pylist(), sentiment=table["sentiment"].to_pylist()
    )
    found = evaluation.evaluate(loading.load(version), test)
    metrics = version.card["metrics"]
    assert found["n"] == {"positive": 12_500, "negative": 12_500}
    assert found["accuracy"] == pytest.approx(metrics["test_accuracy"], abs=0.0001)
    assert found["auc"] == pytest.approx(metrics["test_auc"], abs=0.0001)
    assert version.card["data"][0]["name"] == "imdb.parquet"
    if version.card["article"]:
        assert abs(found["accuracy"] - imdb.ARTICLE["test_accuracy"]) < 3 * metrics["test_standard_error"]
