from datetime import datetime

import pytest

from model_store import artefact
from model_store.training import labelled, version
from settings import errors
from tests.model_store.conftest import reviews


def assembled(count, **columns):
    texts, sentiments = reviews(count)
    return labelled.assemble("own.csv", "", text=texts, sentiment=sentiments, **columns)


def test_the_official_splits_are_used(data):
    made = version.parts(data)
    assert (len(made.train.texts), len(made.test.texts)) == (300, 100)


def test_a_file_without_splits_gives_a_fifth_to_the_test_the_same_one_every_time():
    made, again = (version.parts(assembled(200)) for _ in range(2))
    assert made.test.counts() == {"negative": 20, "neutral": 0, "positive": 20}
    assert made.test.texts == again.test.texts
    assert len(made.train.texts) == 160


def test_a_file_whose_split_says_all_has_none():
    assert len(version.parts(assembled(200, split=["all"] * 200)).test.texts) == 40


def test_neutral_rows_are_left_out():
    texts, sentiments = reviews(200)
    data = labelled.assemble("x", "", text=[*texts, "so so"], sentiment=[*sentiments, "neutral"])
    made = version.parts(data)
    assert made.train.counts()["neutral"] == made.test.counts()["neutral"] == 0


@pytest.mark.parametrize("count", [20, 60])
def test_too_few_rows_are_refused_with_their_number(count):
    with pytest.raises(errors.WrongInput, match="at least 20 of each"):
        version.parts(assembled(count))


def test_the_card_says_how_the_version_was_made(small):
    card = small.card
    assert datetime.fromisoformat(card["created_at"]).tzinfo is not None
    assert (card["name"], card["version"], card["recipe"], card["seed"]) == ("small", 1, "imdb", 1)
    assert card["hyper_parameters"]["batch_size"] == 8
    assert card["languages"] == ["en"]
    assert card["libraries"].keys() == {"tensorflow", "keras"}
    assert card["metrics"]["test_accuracy"] > 0.9
    assert card["metrics"]["validation_accuracy"] > 0.9
    trusted = artefact.files(small.folder, trusted_only=True)
    assert card["size_bytes"] == sum(len(trusted[name]) for name in ("weights.safetensors", "words.json"))


def test_the_articles_figures_stand_only_beside_its_own_data(small):
    assert small.card["article"] is None
