from datetime import datetime

from model_store import artefact


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
