"""Wiping: take out of comments what tells whose they are and what they say, and leave their rows as tombstones.

A tombstone keeps its key, so that loading the file again brings nothing back, and what it is counted by: brand, source,
batch, times and likes. Scores, labels and tallies stay, so every count is what it was. What had no score yet gets none:
a worker finds no text and skips it, and until then it is pending like any other.

- Who scores is not waited for: a score of a text that was read just before is a score like any other.
- Who replaces texts, deletes a batch or wipes takes turns on `comments`, and looks what is forgotten when it is his.
- A correction locks its comment first: it comes before, and its note is wiped, or finds the comment forgotten.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, make_url, or_, select, text, update
from sqlalchemy.orm import Session

from database import bulk, locks
from database.engine import LOCK_TIMEOUT_SECONDS, engine
from database.tables import Batch, Comment, Correction, Model, Reject, Unscored

#: ids of one transaction; docs/decisions/0026-forgetting.md has the figures
WINDOW_IDS = 10_000
#: rejects of one transaction
MOST_REJECTS = 10_000
WIPED: dict[str, Any] = {
    "text": "",
    **dict.fromkeys(("author", "external_id", "parent_id", "language", "url", "extra", "cut_from_characters")),
}
#: in the place of what the model said as it failed, which may hold the text
NO_REASON = "The text was forgotten, and with it why the model could not take it."
CHECKPOINT_SECONDS = 5


class Window(NamedTuple):
    """A range of ids, both ends included, and how many comments of it are to be wiped."""

    first: int
    last: int
    comments: int


def windows(session: Session, which: ColumnElement[bool]) -> list[Window]:
    """Find what is to be wiped, in one walk over the comments."""
    number = Comment.id // WINDOW_IDS
    found = select(number, func.count()).where(which, Comment.forgotten_at.is_(None)).group_by(number).order_by(number)
    return [
        Window(begin * WINDOW_IDS, (begin + 1) * WINDOW_IDS - 1, comments)
        for begin, comments in session.execute(found).tuples()
    ]


def wipe(session: Session, which: ColumnElement[bool], window: Window, now: datetime) -> int:
    """Wipe the comments of a window; gives how many were."""
    _overwrite(session)
    locks.take_turns(session, Comment)
    between = Comment.id.between(window.first, window.last)
    unknown = update(Comment).where(between, which, Comment.forgotten_at.is_(None))
    wiped = bulk.change(session, unknown.values(WIPED | {"forgotten_at": now}))
    gone = select(Comment.id).where(between, Comment.forgotten_at.is_not(None))
    failed = update(Unscored).where(
        Unscored.model_id.in_(select(Model.id)), Unscored.comment_id.in_(gone), Unscored.state == "failed"
    )
    bulk.change(session, failed.values(reason=NO_REASON))
    # The last: workers who save wait from here to the commit.
    noted = update(Correction).where(Correction.comment_id.in_(gone), Correction.note.is_not(None))
    bulk.change(session, noted.values(note=None))
    return wiped


def wipe_rejects_naming(session: Session, names: Sequence[str]) -> int:
    """Wipe the rows of rejects that hold a name as a whole word; gives how many were."""
    _overwrite(session)
    whole = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names))
    may_hold = or_(*(Reject.content.contains(name, autoescape=True) for name in names))
    found = session.execute(select(Reject.id, Reject.content).where(may_hold), execution_options={"yield_per": 1_000})
    wiped = 0
    for rows in found.partitions():
        ids = [row.id for row in rows if whole.search(row.content)]
        wiped += bulk.change(session, update(Reject).where(Reject.id.in_(ids)).values(content=None))
    return wiped


def wipe_rejects_before(session: Session, moment: datetime) -> int:
    """Wipe the rows of rejects that were loaded before a moment, some thousand of them; gives how many were."""
    _overwrite(session)
    old = select(Batch.id).where(Batch.created_at < moment)
    some = select(Reject.id).where(Reject.content.is_not(None), Reject.batch_id.in_(old)).limit(MOST_REJECTS)
    return bulk.change(session, update(Reject).where(Reject.id.in_(some)).values(content=None))


def settle(url: str) -> None:
    """Take what was wiped out of SQLite's log too; PostgreSQL lets go of it at its next vacuum."""
    if make_url(url).get_backend_name() != "sqlite":
        return
    connection = engine(url).raw_connection()
    try:
        # Who reads for longer is not waited for: the log is folded by the next one who writes much.
        connection.cursor().execute(f"PRAGMA busy_timeout = {CHECKPOINT_SECONDS * 1_000}")
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.cursor().execute(f"PRAGMA busy_timeout = {LOCK_TIMEOUT_SECONDS * 1_000}")
    finally:
        connection.close()


def _overwrite(session: Session) -> None:
    """Have SQLite write zeros over what it frees: else the text stands in the file until something needs its place."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA secure_delete = ON"))
