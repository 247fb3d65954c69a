import json
import subprocess
import sys
import uuid

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from database import effects, query, reader, schema
from database.engine import engine as engine_of
from settings import errors
from tests import processes


def rows(engine, statement, timeout_seconds=10.0):
    with query.run(engine, statement, timeout_seconds) as result:
        return result.columns, list(result.rows)


@pytest.fixture
def readers(postgres_engine):
    """A database that was upgraded under its own name: it has its reader."""
    schema.upgrade(str(postgres_engine.url.render_as_string(hide_password=False)))
    return postgres_engine


def test_a_select_gives_columns_and_rows(engine):
    assert rows(engine, "SELECT 1 AS one, 'a%b' AS two;") == (["one", "two"], [(1, "a%b")])


def test_numbers_and_json_are_the_same_on_both_databases(engine):
    numbers = "SELECT sum(n), round(CAST(avg(n) AS numeric), 1), 7 / 2.0 FROM (SELECT 1 AS n UNION ALL SELECT 4) AS x"
    [found] = rows(engine, numbers)[1]
    assert found == (5, 2.5, 3.5)
    assert [type(value) for value in found] == [int, float, float]
    as_json = "json(x)" if engine.dialect.name == "sqlite" else "x::json"
    assert rows(engine, f"""SELECT {as_json} FROM (SELECT '{{"a":[1,null]}}' AS x) AS y""")[1] == [('{"a":[1,null]}',)]


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


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM model_files",
        "SELECT count(*) FROM model_files",
        "SELECT recipients FROM brands",
        "SELECT * FROM brands",
        "SELECT name FROM brands WHERE recipients IS NOT NULL",
        "SELECT recipient FROM deliveries",
        "SELECT b FROM (SELECT recipients AS b FROM brands) AS x",
    ],
)
@pytest.mark.parametrize("kind", ["sqlite_engine", "readers"])
def test_files_of_models_and_addresses_of_recipients_are_not_read(request, kind, statement):
    with pytest.raises(errors.RefusedQuery, match=r"docs/sql\.md"):
        rows(request.getfixturevalue(kind), statement)


@pytest.mark.parametrize("kind", ["sqlite_engine", "readers"])
def test_every_other_table_and_column_is_read(request, kind):
    engine = request.getfixturevalue(kind)
    for table in sorted(reader.READABLE - reader.HIDDEN_COLUMNS.keys()):
        assert rows(engine, f"SELECT * FROM {table} WHERE 1 = 0")[0]
    assert rows(engine, "SELECT name, timezone FROM brands") == (["name", "timezone"], [])
    assert rows(engine, "SELECT state, error FROM deliveries")[1] == []


@pytest.mark.parametrize("table", ["sqlite_dbpage", "dbstat", "temp.sqlite_master"])
def test_sqlite_shows_nothing_of_its_pages(sqlite_engine, table):
    with pytest.raises(errors.RefusedQuery):
        rows(sqlite_engine, f"SELECT * FROM {table}")


def test_sqlite_makes_no_value_that_fills_the_memory(sqlite_engine):
    with pytest.raises(errors.RefusedQuery, match="too big"):
        rows(sqlite_engine, "SELECT length(hex(zeroblob(60000000)))")
    [(length,)] = rows(sqlite_engine, "SELECT length(hex(zeroblob(1000000)))")[1]
    assert length == 2_000_000


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity",
        "SELECT pg_cancel_backend(1)",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT * FROM pg_ls_dir('/')",
        "SELECT lo_import('/etc/passwd')",
        "SELECT lo_get(1)",
        "SELECT nextval('brands_id_seq')",
        "SELECT pg_advisory_lock(1)",
        "SELECT pg_sleep(1000)",
        "SELECT pg_notify('a', 'b')",
        "SELECT pg_switch_wal()",
        "SELECT pg_reload_conf()",
        "SELECT set_config('role', 'none', true)",
        "SELECT set_config('session_authorization', 'postgres', true)",
        "SELECT set_config('transaction_read_only', 'off', true)",
        "SELECT \"set_config\"('role', 'none', true)",
        "SELECT pg_catalog . SET_CONFIG /* ( */ ('role', 'none', true)",
        "SELECT U&\"set\\005fconfig\"('role', 'none', true)",
        "SELECT query_to_xml('SELECT set_con' || 'fig(''role'', ''none'', true)', true, true, '')",
        "SELECT * FROM ts_stat('SELECT 1')",
        "SELECT * FROM brands WHERE name = (SELECT current_setting('x') FROM pg_sleep(9))",
        "SELECT dblink('host=elsewhere', 'SELECT 1')",
        "SELECT name FROM brands FOR UPDATE",
        "SET ROLE none",
        "RESET ROLE",
        "SET SESSION AUTHORIZATION postgres",
        "COPY brands TO PROGRAM 'cat'",
        "CALL x()",
        "LISTEN x",
        "PREPARE x AS SELECT 1",
        "SELECT 1; RESET ROLE",
        "TABLE pg_authid",
        "SELECT rolpassword FROM pg_authid",
        "SELECT * FROM pg_file_settings",
    ],
)
def test_postgresql_gives_no_way_out_of_reading(readers, statement):
    with pytest.raises(errors.RefusedQuery):
        rows(readers, statement)


def test_every_function_of_postgresql_that_is_refused_is_refused_by_its_name(readers):
    volatile = "SELECT DISTINCT proname FROM pg_proc WHERE provolatile = 'v' ORDER BY 1"
    with readers.connect() as connection:
        found = set(connection.scalars(text(volatile)))
        assert len(found) > 200
        for function in found - set(effects.HARMLESS):
            with pytest.raises(errors.RefusedQuery, match=f"the function {function} may do more"):
                effects.refuse(connection, f'SELECT "{function}"()')


def test_a_function_that_somebody_added_is_refused_unless_it_is_immutable(readers):
    with readers.begin() as connection:
        for kind in ("STABLE", "IMMUTABLE"):
            made = f"CREATE FUNCTION mine_{kind}(text) RETURNS text LANGUAGE sql {kind} AS 'SELECT upper($1)'"
            connection.execute(text(made))
    assert rows(readers, "SELECT mine_immutable('a')")[1] == [("A",)]
    with pytest.raises(errors.RefusedQuery, match="the function mine_stable may do more"):
        rows(readers, "SELECT mine_stable('a')")


def test_functions_that_only_compute_are_run(readers):
    [(number, when, size)] = rows(
        readers, "SELECT random(), now(), length(string_agg(x::text, ',')) FROM generate_series(1, 9) AS g(x)"
    )[1]
    assert 0 <= number < 1
    assert (when.year >= 2026, size) == (True, 17)


def test_postgresql_reads_as_the_role_that_upgrading_made_and_the_next_transaction_does_not(readers):
    name = f"{readers.url.database}_reader"
    assert rows(readers, "SELECT current_user")[1] == [(name,)]
    with readers.begin() as connection:
        assert connection.scalar(text("SELECT current_user")) != name
        connection.execute(text(f"SET LOCAL ROLE {name}"))
        for statement in ("UPDATE brands SET name = ''", "DELETE FROM scores", "CREATE TABLE mine (a int)"):
            with pytest.raises(DBAPIError, match="permission denied"), connection.begin_nested():
                connection.execute(text(statement))
    login = "SELECT rolcanlogin OR rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = :name"
    with readers.begin() as connection:
        assert connection.scalar(text(login), {"name": name}) is False


@pytest.fixture
def owner(empty_postgres_url):
    """Address of an empty database whose owner may do nothing else on the server."""
    name, place = f"owner_{uuid.uuid4().hex[:12]}", make_url(empty_postgres_url)
    admin = engine_of(empty_postgres_url).execution_options(isolation_level="AUTOCOMMIT")

    def run(*statements):
        with admin.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))

    run(
        f"CREATE ROLE {name} LOGIN PASSWORD 'x'",
        f"ALTER DATABASE {place.database} OWNER TO {name}",
        f"ALTER SCHEMA public OWNER TO {name}",
    )
    url = place.set(username=name, password="x").render_as_string(hide_password=False)
    yield url, run
    engine_of(url).dispose()
    run(f"REASSIGN OWNED BY {name} TO CURRENT_USER", f"DROP OWNED BY {name}", f"DROP ROLE {name}")


def test_without_rights_to_make_the_role_it_is_said_what_an_administrator_has_to_run(owner, caplog):
    url, run = owner
    schema.upgrade(url)
    [said] = caplog.messages
    caplog.clear()
    user = make_url(url).username
    assert rows(engine_of(url), "SELECT current_user")[1] == [(user,)]
    assert caplog.messages == [said]
    with pytest.raises(errors.RefusedQuery):
        rows(engine_of(url), "WITH gone AS (DELETE FROM brands RETURNING 1) SELECT * FROM gone")
    *statements, _ = said.partition("run ")[2].partition(" then")[0].split(";")
    run(*statements)
    schema.upgrade(url)
    assert rows(engine_of(url), "SELECT current_user")[1] == [(f"{make_url(url).database}_reader",)]


def test_an_owner_who_may_make_roles_needs_no_administrator(owner, caplog):
    url, run = owner
    run(f"ALTER ROLE {make_url(url).username} CREATEROLE")
    schema.upgrade(url)
    schema.upgrade(url)
    assert caplog.messages == []
    assert rows(engine_of(url), "SELECT current_user")[1] == [(f"{make_url(url).database}_reader",)]


def test_another_session_is_neither_ended_nor_shown(readers):
    with readers.connect() as other:
        other.execute(text("SELECT 'hidden away' AS said"))
        shown = "SELECT query FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        with pytest.raises(errors.RefusedQuery, match="may do more"):
            rows(readers, shown.replace("pg_backend_pid()", "pg_terminate_backend(1)::int"))
        assert not any("hidden away" in (query or "") for (query,) in rows(readers, shown)[1])
        assert other.scalar(text("SELECT 1")) == 1


MEASURED = """
import resource, sys
from cli.main import brandpulse
statement = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, 'x' AS x FROM n LIMIT "
for many in ("1000", "300000"):
    brandpulse(["sql", statement + many, "--json", "--out", sys.argv[1]], standalone_mode=False)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> (20 if sys.platform == "darwin" else 10))
"""


def test_memory_does_not_grow_with_the_rows(database_url, tmp_path):
    env = processes.environment(database_url, tmp_path, sql_timeout_seconds=100)
    asked = [sys.executable, "-c", MEASURED, tmp_path / "out.json"]
    done = subprocess.run(asked, env=env, check=True, capture_output=True, text=True)
    few, many = map(int, done.stdout.split())
    assert json.loads((tmp_path / "out.json").read_text())[-1] == {"i": 300_000, "x": "x"}
    assert many - few < 30, "MiB"
