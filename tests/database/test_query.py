import pytest
from sqlalchemy import text

from database import query
from settings import errors


def rows(engine, statement, timeout_seconds=10.0):
    with query.run(engine, statement, timeout_seconds) as result:
        return result.columns, list(result.rows)


def test_a_select_gives_columns_and_rows(engine):
    assert rows(engine, "SELECT 1 AS one, 'a%b' AS two;") == (["one", "two"], [(1, "a%b")])


@pytest.mark.parametrize(
    "statement", ["WITH a AS (SELECT 1) SELECT * FROM a", "VALUES (1)", "-- why\n /* not */ SELECT 1"]
)
def test_other_ways_to_read_are_allowed(engine, statement):
    assert rows(engine, statement)[1] == [(1,)]


def test_the_views_can_be_read(engine):
    assert rows(engine, "SELECT brand, label, count(*) FROM scored_comments GROUP BY brand, label")[1] == []
    assert rows(engine, "SELECT * FROM daily_sentiment WHERE day > '2026-01-01'")[1] == []


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO brands (name) VALUES ('x')",
        "UPDATE alembic_version SET version_num = 'x'",
        "DELETE FROM alembic_version",
        "DROP TABLE scores",
        "CREATE TABLE x (a int)",
        "SELECT 1; DELETE FROM alembic_version",
        "SELECT 1; COMMIT; DELETE FROM alembic_version",
        "WITH gone AS (DELETE FROM alembic_version RETURNING 1) SELECT * FROM gone",
        "PRAGMA query_only = OFF",
        "SELECT * FROM pragma_table_info('scores')",
        "ATTACH DATABASE '/tmp/other.db' AS other",
        "COPY alembic_version TO '/tmp/stolen'",
        "COMMIT",
        "SET TRANSACTION READ WRITE",
        "DO $$ BEGIN DELETE FROM alembic_version; END $$",
        "EXPLAIN ANALYZE DELETE FROM alembic_version",
        "SELECT load_extension('x')",
        "SELECT * INTO TEMP stolen FROM alembic_version",
        "SELECT set_config('transaction_read_only', 'off', true)",
        "SELECT nonsense",
        "",
        "-- nothing",
    ],
)
def test_whatever_is_not_reading_is_refused_and_changes_nothing(engine, statement):
    with engine.connect() as connection:
        before = connection.scalar(text("SELECT version_num FROM alembic_version"))
    with pytest.raises(errors.RefusedQuery):
        rows(engine, statement)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == before


def test_a_statement_that_takes_too_long_is_stopped_and_the_setting_named(engine):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(errors.RefusedQuery, match="BRANDPULSE_SQL_TIMEOUT_SECONDS"):
        rows(engine, endless, 0.3)


def test_rows_that_never_end_are_stopped_too(engine):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    with pytest.raises(errors.RefusedQuery, match="took longer"), query.run(engine, endless, 0.3) as result:
        for _ in result.rows:
            pass


def test_after_a_query_the_connection_writes_again(engine):
    rows(engine, "SELECT 1")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = version_num"))
