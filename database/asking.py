"""Questions that name many values: some thousand at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

#: Values of one question: SQLite takes 32,766 at most, PostgreSQL 65,535.
MOST_VALUES = 5_000


def in_parts(values: Iterable[T]) -> Iterator[list[T]]:
    """Give values in their order, so many at a time as one question may name."""
    rest = iter(values)
    while part := list(islice(rest, MOST_VALUES)):
        yield part
