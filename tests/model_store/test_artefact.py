import json
import shutil

import pytest

from model_store import artefact
from settings import errors


@pytest.fixture
def copy(small, tmp_path):
    folder = tmp_path / "small" / "1"
    shutil.copytree(small.folder, folder)
    return folder


def test_what_is_written_is_read_again(small):
    read = artefact.read(small.folder, small.sha256)
    assert read == small
    assert read.spec == "small@1"
    assert read.card["data"][0]["rows"] == {"train": 210, "validation": 90, "test": 100}


def test_the_folder_holds_weights_json_and_pictures_and_no_code(small):
    assert {path.name for path in small.folder.iterdir()} == {
        "MODEL_CARD.md",
        "card.json",
        "curves.png",
        "curves.svg",
        "weights.safetensors",
        "words.json",
    }


def test_the_card_for_people_says_what_the_metadata_say(small):
    card = (small.folder / "MODEL_CARD.md").read_text()
    assert card.startswith("# small@1\n")
    assert f"{100 * small.card['metrics']['test_accuracy']:.2f} %" in card
    assert small.card["data"][0]["sha256"] in card
    assert "article" not in card


@pytest.mark.parametrize("name", ["weights.safetensors", "words.json", "card.json"])
@pytest.mark.parametrize("damage", ["cut", "changed", "missing", "empty"])
def test_a_damaged_file_is_refused_by_name(copy, small, name, damage):
    path = copy / name
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(
            {"cut": content[: len(content) // 2], "changed": content[:-3] + b"!" + content[-2:], "empty": b""}[damage]
        )
    with pytest.raises(errors.CorruptArtefact, match=rf"small@1 .*{name}"):
        artefact.read(copy, small.sha256)


def test_a_card_that_was_changed_with_its_own_checksums_is_refused(copy, small):
    card = json.loads((copy / "card.json").read_text())
    card["thresholds"]["positive"] = 0.01
    (copy / "card.json").write_text(json.dumps(card, indent=2))
    with pytest.raises(errors.CorruptArtefact, match=r"card\.json is not the file that was registered"):
        artefact.read(copy, small.sha256)


def test_a_card_that_is_no_card_is_refused(copy, small):
    (copy / "card.json").write_text("[1, 2]")
    with pytest.raises(errors.CorruptArtefact, match=r"card\.json is damaged"):
        artefact.read(copy, small.sha256)


def test_a_file_too_many_is_refused(copy, small):
    (copy / "more.json").write_text("{}")
    with pytest.raises(errors.CorruptArtefact, match=r"more\.json does not belong"):
        artefact.read(copy, small.sha256)


def test_a_folder_that_is_not_there_is_refused(tmp_path, small):
    with pytest.raises(errors.CorruptArtefact, match=r"card\.json is missing"):
        artefact.read(tmp_path / "nowhere", small.sha256)


def test_a_file_that_cannot_be_read_is_refused_by_name(copy, small, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(type(copy), "read_bytes", refuse)  # the tests may run as root, whom no file refuses
    with pytest.raises(errors.CorruptArtefact, match=r"small@1 cannot be read: .*card\.json: Permission denied"):
        artefact.read(copy, small.sha256)


def test_a_picture_may_be_left_out(copy, small):
    (copy / "curves.png").unlink()
    assert artefact.read(copy, small.sha256).card == small.card


def test_a_version_is_never_written_over(copy):
    before = artefact.files(copy)
    with pytest.raises(errors.WrongInput, match="never changes"):
        artefact.place(copy, {"card.json": b"{}"})
    assert artefact.files(copy) == before


def test_a_write_that_fails_leaves_nothing_behind(tmp_path):
    with pytest.raises(errors.WrongInput, match="cannot be written"):
        artefact.place(tmp_path / "new" / "1", {"fine.json": b"{}", "no/such/folder.json": b"{}"})
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize(("spec", "parsed"), [("imdb", ("imdb", None)), ("imdb@12", ("imdb", 12))])
def test_a_name_may_bear_a_version(spec, parsed):
    assert artefact.parse(spec) == parsed


@pytest.mark.parametrize("spec", ["imdb@", "imdb@x", "imdb@-1", "imdb@1.0", "imdb@²"])
def test_a_version_is_a_number(spec):
    with pytest.raises(errors.NotFound, match="NAME@VERSION"):
        artefact.parse(spec)
