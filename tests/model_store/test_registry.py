import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from database import sessions, tables
from model_store import artefact, registry, shipped
from settings import errors


@pytest.fixture
def session(database_url):
    with sessions.writing(database_url) as opened:
        yield opened


def test_the_shipped_versions_are_entered_once_and_the_default_is_promoted(database_url):
    for _ in range(2):
        with sessions.writing(database_url) as session:
            registry.register_shipped(session)
    with sessions.reading(database_url) as session:
        rows = registry.versions(session)
        assert {f"{row.name}@{row.version}": row.sha256 for row in rows} == dict(shipped.SHIPPED)
        promoted = registry.promoted(session)
        assert f"{promoted.name}@{promoted.version}" == shipped.DEFAULT
        assert promoted.promoted_at.tzinfo is UTC
        assert promoted.created_at.tzinfo is UTC
        assert promoted.shipped
        assert session.scalar(select(func.count()).select_from(tables.ModelFile)) == 0


def test_what_a_user_promoted_stays_promoted(session, small):
    row = registry.register(session, small)
    row.promoted_at = datetime.now(UTC)
    session.flush()
    registry.register_shipped(session)
    assert registry.promoted(session) is row


def test_a_version_trained_here_keeps_the_number_that_a_later_program_ships(session, small, tmp_path):
    card = {**small.card, "name": "auto", "version": 2}
    contents = {name: content for name, content in artefact.files(small.folder).items() if name != artefact.CARD}
    row = registry.register(session, artefact.write(tmp_path / "own", card, contents))
    row.shipped = False  # as it was entered before auto@2 was shipped
    session.flush()
    registry.register_shipped(session)
    assert registry.get(session, "auto@2") is row
    assert {model.name for model in registry.versions(session)} == {spec.split("@")[0] for spec in shipped.SHIPPED}


def test_the_latest_promotion_counts_and_taking_it_back_shows_the_one_before(session, small):
    registry.register_shipped(session)
    default = registry.promoted(session)
    row = registry.register(session, small)
    row.promoted_at = datetime.now(UTC)
    session.flush()
    assert registry.promoted(session) is row
    row.promoted_at = None
    session.flush()
    assert registry.promoted(session) is default


def test_without_any_version_none_is_promoted(session):
    with pytest.raises(errors.NotFound, match="No model is promoted"):
        registry.promoted(session)


def test_a_shipped_version_comes_from_the_program(session, tmp_path):
    registry.register_shipped(session)
    version = registry.artefact_of(session, registry.get(session, shipped.DEFAULT), tmp_path / "cache")
    assert version == shipped.find(shipped.DEFAULT)
    assert not (tmp_path / "cache").exists()


def test_a_worker_elsewhere_gets_the_files_out_of_the_database(session, small, tmp_path):
    row = registry.register(session, small)
    assert not row.shipped
    for _ in range(2):
        version = registry.artefact_of(session, row, tmp_path)
        assert version == replace(small, folder=tmp_path / small.sha256)
        assert artefact.files(version.folder) == artefact.files(small.folder)


def test_registering_twice_changes_nothing(session, small):
    assert registry.register(session, small) is registry.register(session, small)


def test_another_content_under_the_same_number_is_refused(session, small):
    registry.register(session, small)
    with pytest.raises(errors.CorruptArtefact, match=r"small@1 .*give the new one a new number"):
        registry.register(session, replace(small, sha256="f" * 64))


def test_files_that_changed_are_not_registered(session, small, tmp_path):
    folder = tmp_path / "small" / "1"
    shutil.copytree(small.folder, folder)
    (folder / "words.json").write_text("[]")
    with pytest.raises(errors.CorruptArtefact, match=r"words\.json"):
        registry.register(session, replace(small, folder=folder))
    assert registry.versions(session) == []


def test_a_file_that_was_changed_in_the_database_is_refused_and_not_written(session, small, tmp_path):
    row = registry.register(session, small)
    session.get_one(tables.ModelFile, (row.id, "weights.safetensors")).content = b"changed"
    session.flush()
    with pytest.raises(errors.CorruptArtefact, match=r"small@1 .*in the database"):
        registry.artefact_of(session, row, tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_a_file_whose_name_leads_elsewhere_is_refused(session, small, tmp_path):
    row = registry.register(session, small)
    session.add(tables.ModelFile(model_id=row.id, name="../escaped.md", content=b"x"))
    session.flush()
    with pytest.raises(errors.CorruptArtefact, match="small@1"):
        registry.artefact_of(session, row, tmp_path / "cache")
    assert not (tmp_path / "cache").exists()
    assert not (tmp_path / "escaped.md").exists()


def test_a_cached_copy_that_was_changed_is_refused(session, small, tmp_path):
    row = registry.register(session, small)
    folder = registry.artefact_of(session, row, tmp_path).folder
    (folder / "weights.safetensors").write_bytes(b"changed")
    with pytest.raises(errors.CorruptArtefact, match=r"small@1 .*weights\.safetensors"):
        registry.artefact_of(session, row, tmp_path)


def test_a_version_without_files_is_said_in_words(session, small, tmp_path):
    row = registry.register(session, small, files=False)
    with pytest.raises(errors.NotFound, match="small@1 are not in the database"):
        registry.artefact_of(session, row, tmp_path)


def test_a_name_alone_is_its_newest_version(session, small):
    for number in (2, 10, 9):
        session.add(_row(small, number))
    session.flush()
    assert registry.get(session, "small").version == 10
    assert registry.get(session, "small@9").version == 9
    assert registry.next_version(session, "small") == 11


def test_an_unknown_version_is_refused_with_those_there_are(session, small):
    registry.register(session, small)
    with pytest.raises(errors.NotFound, match=r"no model 'smal' in the database; there is: small@1"):
        registry.get(session, "smal")
    with pytest.raises(errors.NotFound, match="small@1"):
        registry.get(session, "small@3")


def test_the_numbers_of_shipped_versions_are_taken(session):
    assert registry.next_version(session, "imdb") == 2
    assert registry.next_version(session, "new") == 1


def _row(version, number):
    return tables.Model(
        name=version.name,
        version=number,
        recipe="imdb",
        sha256=version.sha256,
        shipped=False,
        card=version.card,
        created_at=datetime.now(UTC),
    )


@pytest.mark.parametrize("files", ["weights.safetensors", "words.json", "card.json"])
@pytest.mark.parametrize("damage", ["cut", "changed", "missing", "one too many"])
def test_rows_of_files_that_are_not_those_registered_are_refused(session, small, tmp_path, files, damage):
    row = registry.register(session, small)
    file = session.get_one(tables.ModelFile, (row.id, files))
    if damage == "missing":
        session.delete(file)
    elif damage == "one too many":
        session.add(tables.ModelFile(model_id=row.id, name=f"more-{files}", content=file.content))
    else:
        file.content = file.content[:-1] if damage == "cut" else file.content[:-1] + b"!"
    session.flush()
    with pytest.raises(errors.CorruptArtefact, match=r"small@1 .*in the database"):
        registry.artefact_of(session, row, tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_a_card_that_was_changed_in_the_database_is_refused(database_url, small, tmp_path):
    with sessions.writing(database_url) as session:
        row = registry.register(session, small)
    with sessions.writing(database_url) as session:
        assert registry.artefact_of(session, registry.get(session, "small"), tmp_path).card == row.card
        registry.get(session, "small").card = small.card | {"thresholds": {"positive": 0.01, "negative": 0.5}}
    with (
        sessions.reading(database_url) as session,
        pytest.raises(errors.CorruptArtefact, match=r"small@1 .*its card in the database"),
    ):
        registry.artefact_of(session, registry.get(session, "small"), tmp_path)


def test_a_version_under_the_name_of_another_is_refused(session, small, tmp_path):
    registry.register(session, small).name = "other"
    session.flush()
    with pytest.raises(errors.CorruptArtefact, match="other@1"):
        registry.artefact_of(session, registry.get(session, "other"), tmp_path)


def test_a_version_that_only_an_earlier_program_brought_is_refused_with_the_one_to_go_on_with(session, tmp_path):
    row = registry.register(session, replace(shipped.find("auto@2"), version=1), files=False)
    row.shipped = True
    session.flush()
    with pytest.raises(errors.NotFound, match=r"auto@1 came with an earlier brandpulse; this one has auto@2"):
        registry.artefact_of(session, row, tmp_path)


def test_a_shipped_version_with_another_checksum_in_the_database_is_refused(session, tmp_path):
    registry.register_shipped(session)
    row = registry.get(session, shipped.DEFAULT)
    row.sha256 = "f" * 64
    session.flush()
    with pytest.raises(errors.CorruptArtefact, match=shipped.DEFAULT):
        registry.artefact_of(session, row, tmp_path)
    with pytest.raises(errors.CorruptArtefact, match=shipped.DEFAULT):
        registry.register_shipped(session)
