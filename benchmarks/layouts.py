"""Layouts of one table to compare: each in a database of its own at the newest version, changed by statements."""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

from sqlalchemy import make_url, text

from benchmarks import outcome, processor, servers
from benchmarks.rows import Values
from database import bulk, schema, sessions
from database.engine import engine
from database.tables import Table

LOG = "SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint"


class Layout(NamedTuple):
    """One way to lay a table out."""

    name: str
    #: what is changed in a fresh database
    statements: Sequence[str] = ()
    #: what is changed in the rows, by the month that they are of
    change: Callable[[Values, int], Values] = lambda block, _month: block


@contextmanager
def made(server: str, layouts: Iterable[Layout]) -> Iterator[dict[str, str]]:
    """Give the addresses of databases by the names of their layouts; they are dropped after the block."""
    with ExitStack() as stack:
        newest = stack.enter_context(servers.database(server))
        schema.upgrade(newest)
        engine(newest).dispose()  # nobody may be connected to what is copied
        urls = {}
        for layout in layouts:
            url = stack.enter_context(servers.database(server, str(make_url(newest).database)))
            stack.callback(engine(url).dispose)
            urls[layout.name] = url
            with servers.connected(url) as connection:
                for statement in layout.statements:
                    connection.execute(statement.encode())
        yield urls


class Loaded(NamedTuple):
    """What loading came to."""

    #: rows per second
    rate: float
    #: processor time of the server process that took the rows, a row; nan where it is on another machine
    server_us: float


def load(url: str, into: type[Table], blocks: Iterable[Values], count: int) -> Loaded:
    """Insert blocks of so many rows, each in one transaction as ingest and workers do, and time it.

    Raises:
        WrongOutcome: a key was there already.

    """
    pid = _server_process(url)
    began, server = time.perf_counter(), processor.of_one(pid)
    for block in blocks:
        with sessions.writing(url) as session:
            if not bulk.insert(session, into, block):
                raise outcome.WrongOutcome("A row was there already.")
    seconds = time.perf_counter() - began
    return Loaded(count / seconds, 1e6 * (processor.of_one(pid) - server) / count)


def log_after_checkpoint(url: str, into: type[Table], block: Values, count: int) -> float:
    """Give the bytes of the log, a row, of a block after a checkpoint, which changes each page for the first time."""
    with servers.connected(url) as connection:
        servers.settle(url)
        before = servers.asked(connection, LOG)
        load(url, into, [block], count)
        return float(servers.asked(connection, LOG) - before) / count


def _server_process(url: str) -> int:
    """Give the process behind the connection that the pool holds."""
    with sessions.reading(url) as session:
        return int(session.execute(text("SELECT pg_backend_pid()")).scalar_one())


def in_turn(names: Sequence[str], round_number: int) -> list[str]:
    """Order names so that each comes first in its turn: what runs first or last may have it easier."""
    begin = round_number % len(names)
    return [*names[begin:], *names[:begin]]


def over(one: float, other: float) -> float:
    """Divide two figures; nan where the other is nothing: processor time is told in hundredths of a second."""
    return one / other if other else math.nan
