import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from database import schema, sessions
from database.engine import engine as engine_of
from database.tables import Table
from settings import errors


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/bare.db"
    return request.getfixturevalue("empty_postgres_url")


def names(url):
    with engine_of(url).connect() as connection:
        found = inspect(connection)
        return set(found.get_table_names()) - {"alembic_version"}, set(found.get_view_names())


def test_upgrade_makes_every_table_and_both_views_and_downgrade_takes_all_away(bare_url):
    schema.upgrade(bare_url)
    assert names(bare_url) == (set(Table.metadata.tables), {"scored_comments", "daily_sentiment"})
    schema.downgrade(bare_url, "base")
    assert names(bare_url) == (set(), set())
    schema.upgrade(bare_url)
    assert names(bare_url)[0] == set(Table.metadata.tables)


def test_the_migrations_make_what_the_tables_say(bare_url):
    schema.upgrade(bare_url)
    with engine_of(bare_url).begin() as connection:
        command.check(schema.config(connection))


def test_head_is_the_newest_migration(bare_url):
    with engine_of(bare_url).begin() as connection:
        assert ScriptDirectory.from_config(schema.config(connection)).get_current_head() == schema.HEAD


def test_an_sqlite_file_is_made_and_migrated_on_first_use(tmp_path):
    url = f"sqlite:///{tmp_path}/new.db"
    with sessions.reading(url) as session:
        assert session.scalar(text("SELECT count(*) FROM scored_comments")) == 0


def test_a_shared_database_without_tables_is_refused_and_left_alone(empty_postgres_url):
    with pytest.raises(errors.WrongSchema, match="brandpulse db upgrade"), sessions.reading(empty_postgres_url):
        pass
    assert names(empty_postgres_url) == (set(), set())


def test_a_database_of_a_newer_program_is_refused(bare_url):
    schema.upgrade(bare_url)
    with engine_of(bare_url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(errors.WrongSchema, match="newer"), sessions.writing(bare_url):
        pass


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(errors.WrongSetting, match="is no folder"), sessions.reading(f"sqlite:///{tmp_path}/no/a.db"):
        pass


def test_a_server_that_does_not_answer_is_named_without_its_password():
    url = "postgresql+psycopg://someone:secret@127.0.0.1:1/brandpulse"
    with pytest.raises(errors.DatabaseUnavailable) as caught, sessions.reading(url):
        pass
    assert "127.0.0.1:1" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_transaction_that_raises_leaves_nothing_behind(database_url):
    with pytest.raises(RuntimeError), sessions.writing(database_url) as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'x'"))
        raise RuntimeError
    with sessions.reading(database_url) as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == schema.HEAD
