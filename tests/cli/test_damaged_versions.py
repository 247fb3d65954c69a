"""A version whose files or row were damaged is refused on every way, in one sentence that names it."""

import json
import shutil

import pytest

from database import sessions
from database.tables import Model, ModelFile
from model_store import artefact, registry, shipped
from tests import versions
from worker import deployment, embedded

ROWS = "id,brand,text\n1,Lumo,a wonderful lamp\n2,Lumo,an awful lamp\n"


def cut_the_cache(_url, folder):
    [weights] = (folder / "cache").glob("*/weights.safetensors")
    weights.write_bytes(weights.read_bytes()[:1000])
    return "weights.safetensors (1,000 bytes) is not the file that was registered"


def add_to_the_cache(_url, folder):
    [weights] = (folder / "cache").glob("*/weights.safetensors")
    weights.with_name("more.json").write_text("{}")
    return "more.json does not belong to it"


def change_a_file_in_the_database(url, folder):
    with sessions.writing(url) as session:
        session.query(ModelFile).filter_by(name="words.json").one().content = b"[]"
    _forget_the_cache(folder)
    return "its files in the database are not those that were registered"


def change_the_checksum_in_the_database(url, folder):
    with sessions.writing(url) as session:
        session.query(Model).filter_by(name="mine").one().sha256 = "f" * 64
    return "its files in the database are not those that were registered"


def change_the_card_in_the_database(url, folder):
    with sessions.writing(url) as session:
        row = session.query(Model).filter_by(name="mine").one()
        row.card = row.card | {"thresholds": {"positive": 0.1, "negative": 0.9}}
    return "its card in the database is not the one that was registered"


def take_the_files_out_of_the_database(url, folder):
    with sessions.writing(url) as session:
        session.query(ModelFile).delete()
    _forget_the_cache(folder)
    return "are not in the database: train and register it again"


def _forget_the_cache(folder):
    for cached in (folder / "cache").glob("*"):
        cached.rename(folder / cached.name)


def check(said, sentence):
    assert "mine@1" in said
    assert sentence in said
    assert "\n" not in said, "it is one sentence"


@pytest.mark.parametrize(
    "damage",
    [
        cut_the_cache,
        add_to_the_cache,
        change_a_file_in_the_database,
        change_the_checksum_in_the_database,
        change_the_card_in_the_database,
        take_the_files_out_of_the_database,
    ],
)
def test_a_damaged_version_is_refused_by_name_on_every_way(commands, database_url, tmp_path, damage):
    (tmp_path / "rows.csv").write_text(ROWS)
    (tmp_path / "labelled.csv").write_text("text,label\na wonderful lamp,1\nan awful lamp,0\n")
    versions.register(database_url, tmp_path / "made", "mine")
    commands("models", "promote", "mine")
    deployment.load_model.cache_clear()
    sentence = damage(database_url, tmp_path)
    for command in (
        ("score", "--model", "mine", "a wonderful lamp"),
        ("models", "show", "mine"),
        ("models", "evaluate", "--model", "mine@1", "--data", tmp_path / "labelled.csv"),
        ("rescore", "--model", "mine@1"),
    ):
        check(commands.refused(*command), sentence)
    commands("models", "promote", "imdb")
    check(commands.refused("models", "promote", "mine"), sentence)
    commands("models", "promote", "imdb")
    assert [row["model"] for row in commands.said("models", "list") if row["promoted"]] == ["imdb@1"]
    check(commands.refused("models", "rollback"), sentence)
    assert [row["model"] for row in commands.said("models", "list") if row["promoted"]] == ["imdb@1"]

    commands.set(model="mine")
    commands("ingest", tmp_path / "rows.csv")
    embedded.drain(deployment.scorer())
    found = commands.said("jobs", "show", "1")
    assert (found["status"], found["failed"], found["chunks"]) == ("failed", 2, {"failed": 1})
    [reason] = found["reasons"]
    check(reason, sentence)
    assert sentence in commands("jobs", "show", "1")


@pytest.mark.parametrize("damage", ["cut", "missing", "one too many"])
def test_a_damaged_file_of_the_program_is_refused_by_name_on_every_way(commands, tmp_path, damage, monkeypatch):
    folder = tmp_path / "shipped" / "imdb" / "1"
    shutil.copytree(shipped.FOLDER, tmp_path / "shipped")
    monkeypatch.setattr(shipped, "FOLDER", tmp_path / "shipped")
    commands("models", "list")
    if damage == "one too many":
        (folder / "more.json").write_text("{}")
    else:
        weights = folder / "weights.safetensors"
        content = weights.read_bytes()
        weights.unlink()
        if damage == "cut":
            weights.write_bytes(content[:1000])
    for command in (
        ("score", "--model", "imdb", "a wonderful lamp"),
        ("models", "list"),
        ("models", "show", "imdb"),
        ("models", "promote", "imdb"),
        ("rescore", "--model", "imdb"),
    ):
        said = commands.refused(*command)
        assert "imdb@1 cannot be trusted" in said
        assert ("more.json" if damage == "one too many" else "weights.safetensors") in said


def test_a_version_that_this_program_cannot_load_is_not_promoted(commands, database_url, tmp_path):
    made = versions.write(tmp_path, "later")
    contents = artefact.files(made.folder)
    card = made.card | {"recipe": "of_a_later_program"}
    contents[artefact.CARD] = json.dumps(card).encode()
    artefact.place(tmp_path / "odd", contents)
    later = artefact.read(tmp_path / "odd", artefact.checksum(contents))
    with sessions.writing(database_url) as session:
        registry.register_shipped(session)
        registry.register(session, later)
    said = commands.refused("models", "promote", "later")
    assert "The model version later@1 cannot be loaded. There is no recipe 'of_a_later_program'" in said
    assert [row["model"] for row in commands.said("models", "list") if row["promoted"]] == [versions.FIRST]


def test_nothing_is_loaded_for_a_version_that_came_with_an_earlier_program(commands, database_url, tmp_path):
    file = tmp_path / "comments.csv"
    file.write_text(ROWS)
    commands.said("models", "list")
    with sessions.writing(database_url) as session:
        registry.promoted(session).version = 99
    name, number = versions.FIRST.split("@")
    for command in ("run", "ingest"):
        said = commands.refused(command, file)
        assert f"{name}@99 came with an earlier brandpulse; this one has {name}@{number}" in said
    assert commands.said("batches", "list") == {"batches": []}
    commands.said("models", "promote", versions.FIRST)
    assert commands.said("run", file)["scored"] == 2
