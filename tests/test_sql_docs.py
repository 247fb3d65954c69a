"""The page of questions is held to what the database answers."""

import re
from pathlib import Path

import pytest
from sqlalchemy import inspect

from database import engine as engines
from database import query, reader
from ingest import loading
from ingest.options import Options
from worker import embedded

PAGE = (Path(__file__).parents[1] / "docs" / "sql.md").read_text()
QUERIES = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def comments(database_url, model_id, scorer):
    """Comments that give every question but the one about corrections an answer, and on PostgreSQL their reader."""
    with engines.engine(database_url).begin() as connection:
        assert reader.make(connection)
    days = ["2026-10-28", "2026-11-03", "2026-11-03", "2026-11-10", "2026-11-12", "2026-11-12"]
    seen = {"author": "ann", "videoId": "v1"}
    rows = [
        {"id": f"c{i}", "brand": brand, "text": said, "posted_at": f"{days[i]}T1{i}:00:00Z"} | seen | {"likes": i}
        for brand in ("Lumo", "Kite")
        for i, said in enumerate(["good", "bad firmware", "bad firmware", "so so", "bad", "good"])
    ]
    rows.append({"id": "c9", "text": ""})
    queue = loading.Queue(model_id, 10)
    loading.load_comments(rows, database_url=database_url, options=Options(source="youtube"), queue=queue)
    embedded.drain(scorer)


@pytest.mark.usefixtures("comments")
def test_postgresql_answers_as_the_role_that_may_only_read(engine):
    if engine.dialect.name == "postgresql":
        with query.run(engine, "SELECT current_user", 10) as answer:
            assert list(answer.rows) == [(f"{engine.url.database}_reader",)]


@pytest.mark.usefixtures("comments")
@pytest.mark.parametrize("statement", QUERIES, ids=lambda statement: " ".join(statement.split()[:6]))
def test_every_question_on_the_page_is_answered_on_both_databases(engine, statement):
    with query.run(engine, statement, 10) as answer:
        rows = list(answer.rows)
    assert rows or "WHERE corrected" in statement


def test_the_page_asks_a_dozen_questions_at_least():
    assert len(QUERIES) >= 12


@pytest.mark.parametrize("view", ["scored_comments", "daily_sentiment"])
def test_the_page_names_every_column_of_the_views(database_url, view):
    section = re.search(rf"## `{view}`\n(.*?)\n## ", PAGE, re.DOTALL).group(1)
    named = re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)))
    columns = inspect(engines.engine(database_url)).get_columns(view)
    assert sorted(named) == sorted(column["name"] for column in columns)
