"""The physical limit: a bare copy by psql of the same rows into a table without an index, on the same server."""

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import psycopg
from sqlalchemy import make_url

from benchmarks import outcome, servers

TABLE = """CREATE TABLE bare (id bigint, brand text, source text, author text, text text, created_at timestamptz,
    likes integer)"""
COPY = "COPY bare FROM STDIN (FORMAT csv, HEADER)"
READ_BYTES = 1 << 20
ROUNDS = 2


class Copied(NamedTuple):
    """How long it took."""

    #: of each round
    seconds: list[float]
    #: what did it: psql, or psycopg where there is no psql
    client: str


def measure(server: str, file: Path, rows: int, rounds: int = ROUNDS) -> Copied:
    """Copy a file into an empty table, once to warm up and then `rounds` times."""
    psql = shutil.which("psql")
    with servers.database(server) as url:
        _run(url, TABLE)
        seconds = [_timed(server, url, file, psql) for _ in range(rounds + 1)][1:]
        with outcome.asking(url) as engine:
            outcome.check_rows(engine, "bare", rows)
    return Copied(seconds, _version(psql) if psql else f"psycopg {psycopg.__version__}")


def _timed(server: str, url: str, file: Path, psql: str | None) -> float:
    _run(url, "TRUNCATE bare")
    servers.settle(server)
    began = time.perf_counter()
    if psql:
        _by_psql(psql, url, file)
    else:
        _by_psycopg(url, file)
    return time.perf_counter() - began


def _by_psql(psql: str, url: str, file: Path) -> None:
    address = make_url(servers.plain(url))
    # A password on a command line can be read by everybody on the machine.
    env = os.environ | ({"PGPASSWORD": str(address.password)} if address.password else {})
    shown = address.set(password=None).render_as_string()
    quoted = str(file).replace("'", "''")
    command = f"\\copy bare FROM '{quoted}' (FORMAT csv, HEADER)"
    subprocess.run([psql, "--no-psqlrc", "--quiet", "--dbname", shown, "--command", command], env=env, check=True)  # noqa: S603 - our own arguments


def _by_psycopg(url: str, file: Path) -> None:
    """Do what psql does: the bytes of the file, as they are."""
    with (
        psycopg.connect(servers.plain(url)) as connection,
        connection.cursor().copy(COPY) as copy,
        file.open("rb") as source,
    ):
        while block := source.read(READ_BYTES):
            copy.write(block)


def _run(url: str, statement: str) -> None:
    with psycopg.connect(servers.plain(url), autocommit=True) as connection:
        connection.execute(statement)


def _version(psql: str) -> str:
    return subprocess.run([psql, "--version"], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 - as above
