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


@pytest.mark.skipif(copying.shutil.which("psql") is None, reason="psql comes with PostgreSQL's own packages only")
def test_every_row_is_copied_by_psql(file, postgres_server):
    assert copying.measure(postgres_server, file, ROWS, rounds=1).client.startswith("psql")


def test_rows_that_are_missing_are_told(file, postgres_server):
    with pytest.raises(outcome.WrongOutcome, match="Of 301 rows 300 were copied"):
        copying.measure(postgres_server, file, ROWS + 1, rounds=1)
