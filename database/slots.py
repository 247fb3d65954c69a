"""Quarters of an hour: the offsets of all time zones are multiples of one, so days of any zone are made of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

SECONDS = 900
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class slot(GenericFunction[int]):  # noqa: N801 - an SQL function
    """The number of quarters of an hour from 1970 to a moment."""

    type = BigInteger()
    inherit_cache = True


def begin(number: int) -> datetime:
    """Give the moment that a slot begins at."""
    return _EPOCH + timedelta(seconds=SECONDS * number)


@compiles(slot, "sqlite")
def _sqlite(element: ColumnElement[int], compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's
    moment = compiler.process(element.clauses, **options)
    # unixepoch() is younger than some systems' SQLite; strftime has always been there.
    return f"(CAST(strftime('%s', {moment}) AS INTEGER) / {SECONDS})"


@compiles(slot, "postgresql")
def _postgresql(element: ColumnElement[int], compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - as above
    moment = compiler.process(element.clauses, **options)
    return f"(floor(extract(epoch FROM {moment}) / {SECONDS})::bigint)"
