"""How much less comments say because those of an author or thread agree: the design effect (Kish 1965, section 8.2)."""

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from database.tables import Comment, Score
from reporting.selection import Part

#: The latest comments that are looked at: those of a thread stand close together in time. Reading them takes 0.3 s.
MOST_COMMENTS = 50_000


def design_effect(session: Session, part: Part, model_id: int) -> float:
    """Measure the design effect of a brand's counted shares, 1 or more."""
    found = session.execute(
        select(Score.label, Comment.source, Comment.author, Comment.parent_id, Comment.external_id)
        .join(Score, (Score.comment_id == Comment.id) & (Score.model_id == model_id))
        .where(part.comments())
        .order_by(Comment.counted_at.desc(), Comment.id)
        .limit(MOST_COMMENTS)
    ).all()
    if not found:
        return 1.0
    labels = np.array([row.label for row in found])
    authors = [row.author and (row.source, row.author) for row in found]
    # What answers nothing begins a thread, which its answers name.
    begins = [row.parent_id or row.external_id for row in found]
    threads = [begin and (row.source, begin) for row, begin in zip(found, begins, strict=True)]
    return max(of_share(labels == label, authors, threads) for label in (-1, 1))


def of_share(
    are_counted: NDArray[np.bool_], authors: Sequence[Hashable | None], threads: Sequence[Hashable | None]
) -> float:
    """Compare the variance of a share whose comments cluster by author and by thread with one whose do not.

    Clustered both ways: the variances by either are added, less that by both (Cameron, Gelbach and Miller 2011,
    equation 2.11). A comment without an author, or without a thread, is a cluster of its own.
    """
    errors = are_counted - are_counted.mean()
    alone = float(np.square(errors).sum())
    if not alone:
        return 1.0
    by_author, by_thread = _numbered(authors), _numbered(threads)
    by_both = _numbered(list(zip(by_author.tolist(), by_thread.tolist(), strict=True)))
    variance = sum(
        sign * float(np.square(np.bincount(clusters, errors)).sum())
        for sign, clusters in ((1, by_author), (1, by_thread), (-1, by_both))
    )
    return max(1.0, variance / alone)


def _numbered(names: Sequence[Hashable | None]) -> NDArray[np.intp]:
    """Number names; each that is None or empty gets a number of its own."""
    numbers: dict[Hashable, int] = {}
    return np.array(
        [numbers.setdefault(name or ("alone", place), len(numbers)) for place, name in enumerate(names)],
        np.intp,
    )
