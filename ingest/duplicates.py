"""Which comments of a block are new, and which are there already: the first text stays unless the target replaces."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from database import asking, tables


class Known(NamedTuple):
    """A comment that is in the database already."""

    id: int
    text: str
    forgotten: bool


@dataclass
class Sorted:
    """The rows of a block, told apart by their keys."""

    #: rows to insert, in the order of the input
    new: NDArray[np.int64]
    #: by the id of a known comment, the row that has its new text
    replaced: dict[int, int] = field(default_factory=dict)
    #: duplicates with another text
    changed: int = 0


def known(session: Session, keys: NDArray[np.bytes_]) -> dict[bytes, Known]:
    """Find the comments that are there already, by their keys."""
    comment = tables.Comment
    wanted = select(comment.natural_key, comment.id, comment.text, comment.forgotten_at.is_not(None))
    found: dict[bytes, Known] = {}
    for asked in asking.in_parts(_plain(keys)):
        rows = session.execute(wanted.where(comment.natural_key.in_(asked)))
        found.update((key, Known(*rest)) for key, *rest in rows)
    return found


def sort(keys: NDArray[np.bytes_], texts: Any, there: dict[bytes, Known], *, replace: bool) -> Sorted:  # noqa: ANN401 - an Arrow array
    """Tell new rows from duplicates, of comments that are `there` and of one another.

    Args:
        keys: natural keys, dtype S16, one for each row.
        texts: an Arrow array, one for each row.
        there: what is in the database.
        replace: whether the last text counts instead of the first.

    """
    looked_at = _doubtful(keys, there)
    if not looked_at.any():
        return Sorted(np.arange(len(keys)))
    rows = np.flatnonzero(looked_at)
    last = {key: found.text for key, found in there.items()}
    made, new = Sorted(np.empty(0, np.int64)), {}
    for row, key, text in zip(rows.tolist(), _plain(keys[rows]), texts.take(rows).to_pylist(), strict=True):
        if key not in last:
            last[key], new[key] = text, row
        elif text != last[key] and not (key in there and there[key].forgotten):
            made.changed += 1
            if replace:
                last[key] = text
                if key in there:
                    made.replaced[there[key].id] = row
                else:
                    new[key] = row
    made.new = np.sort(np.concatenate([np.flatnonzero(~looked_at), np.fromiter(new.values(), np.int64, len(new))]))
    return made


def _doubtful(keys: NDArray[np.bytes_], there: dict[bytes, Known]) -> NDArray[np.bool_]:
    """Find the rows whose key is there, or comes more than once."""
    _, which, counts = np.unique(keys, return_inverse=True, return_counts=True)
    repeated = counts[which] > 1
    if not there:
        return repeated
    return repeated | np.fromiter((key in there for key in _plain(keys)), np.bool_, len(keys))


def _plain(keys: NDArray[np.bytes_]) -> Sequence[bytes]:
    # NumPy leaves out zeros at the end of what it takes for a string.
    return cast("Sequence[bytes]", keys.view(f"V{keys.itemsize}").tolist())
