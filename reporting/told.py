"""The comments that a report reads to say why: some thousand of each brand and period, copies folded for people."""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from database.tables import Comment, Score
from reporting import selection, slices
from reporting.selection import Part

LONGEST_SHOWN = 400  # characters of a comment that a report shows
#: What differs between copies and says nothing: the mark of a retweet, links, handles; and then digits and signs.
_ADDED = re.compile(r"^rt\b|https?://\S+|@\w+", re.IGNORECASE)
_SIGNS = re.compile(r"[\W\d_]+")


class Told(NamedTuple):
    """What a comment is shown by."""

    id: int
    text: str
    source: str
    posted_at: Any
    url: str | None
    likes: int
    label: int
    p_negative: float
    p_positive: float


class Comments:
    """Comments of a brand and period."""

    def __init__(self, comments: Sequence[Told]) -> None:
        """Take them."""
        self.all = comments
        self.labels: NDArray[np.int8] = np.array([one.label for one in comments], np.int8)

    @cached_property
    def texts(self) -> list[str]:
        """List the texts."""
        return [one.text for one in self.all]

    @cached_property
    def copies(self) -> list[str]:
        """Name each text by its letters alone: copies, retweets too, have the same name."""
        return [folded(text) for text in self.texts]

    def examples(self, rows: NDArray[np.intp], most: int) -> list[dict[str, Any]]:
        """Choose comments that show what these rows have in common: liked ones first, then those the model is sure of.

        Of copies one is shown, with how many there are.
        """
        groups: dict[str, list[int]] = {}
        for row in rows.tolist():
            groups.setdefault(self.copies[row], []).append(row)
        shown = [max(group, key=self._weight) for group in groups.values()]
        shown.sort(key=self._weight, reverse=True)
        return [self._shown(self.all[row], len(groups[self.copies[row]])) for row in shown[:most]]

    def _weight(self, row: int) -> tuple[int, float, int]:
        one = self.all[row]
        sure = max(one.p_negative, one.p_positive, 1 - one.p_negative - one.p_positive)
        return one.likes, round(sure, 6), -one.id

    @staticmethod
    def _shown(one: Told, copies: int) -> dict[str, Any]:
        is_cut = len(one.text) > LONGEST_SHOWN
        return {
            "comment": one.id,
            "text": one.text[: LONGEST_SHOWN - 1] + "…" if is_cut else one.text,
            "source": one.source,
            "posted_at": one.posted_at.isoformat() if one.posted_at else None,
            "url": one.url,
            "likes": one.likes,
            "copies": copies,
        }


def read(session: Session, part: Part, model_id: int, most: int) -> Comments:
    """Read the scored comments of a part, or `most` of its whole period, which stand for all.

    Of those that were forgotten there is nothing to read.
    """
    wanted = (
        select(
            Comment.id,
            Comment.text,
            Comment.source,
            Comment.posted_at,
            Comment.url,
            func.coalesce(Comment.likes, 0),
            Score.label,
            Score.p_negative,
            Score.p_positive,
        )
        .join(Score, selection.scored(model_id))
        .where(part.comments(), Comment.forgotten_at.is_(None))
        .order_by(Comment.counted_at.desc(), Comment.id.desc())
    )
    found: list[Told] = []
    for one in slices.of_part(session, part, most):
        # Plain rows, which take half the time of the session's own.
        rows = session.connection().execute(wanted.where(one.comments()).limit(one.most))
        found += map(Told._make, rows)
    return Comments(found)


def folded(text: str) -> str:
    """Leave of a text what its copies share."""
    return " ".join(_SIGNS.sub(" ", _ADDED.sub(" ", text.strip())).casefold().split()) or text
