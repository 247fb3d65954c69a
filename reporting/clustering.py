"""How much less comments say because those of an author or thread agree: the design effect (Kish 1965, section 8.2)."""

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from database.tables import Comment, Score
from reporting import selection
from reporting.selection import Part

#: The latest comments that are looked at: those of a thread stand close together in time. Reading them takes 0.1 s.
MOST_COMMENTS = 10_000


def design_effect(session: Session, part: Part, model_id: int) -> float:
    """Measure the design effect of a brand's counted shares, 1 or more."""
    wanted = (
        select(Score.label, Comment.source, Comment.author, Comment.parent_id, Comment.external_id)
        .join(Score, selection.scored(model_id))
        # Without its author and thread a comment would stand alone, and make all of them say more than they do.
        .where(part.comments(), Comment.forgotten_at.is_(None))
        .order_by(Comment.counted_at.desc(), Comment.id)
        .limit(MOST_COMMENTS)
    )
    found = session.connection().execute(wanted).all()
    if not found:
        return 1.0
    said, sources, names, parents, own = zip(*found, strict=True)
    labels = np.array(said)
    authors = [name and (source, name) for source, name in zip(sources, names, strict=True)]
    # What answers nothing begins a thread, which its answers name.
    begins = [parent or own for parent, own in zip(parents, own, strict=True)]
    threads = [begin and (source, begin) for source, begin in zip(sources, begins, strict=True)]
    clusters = _clusters(authors, threads)
    return max(_of_share(labels == label, clusters) for label in (-1, 1))


def of_share(
    are_counted: NDArray[np.bool_], authors: Sequence[Hashable | None], threads: Sequence[Hashable | None]
) -> float:
    """Compare the variance of a share whose comments cluster by author and by thread with one whose do not.

    Clustered both ways: the variances by either are added, less that by both (Cameron, Gelbach and Miller 2011,
    equation 2.11). A comment without an author, or without a thread, is a cluster of its own.
    """
    return _of_share(are_counted, _clusters(authors, threads))


def _of_share(are_counted: NDArray[np.bool_], clusters: Sequence[NDArray[np.intp]]) -> float:
    errors = are_counted - are_counted.mean()
    alone = float(np.square(errors).sum())
    if not alone:
        return 1.0
    variance = sum(
        sign * float(np.square(np.bincount(numbers, errors)).sum())
        for sign, numbers in zip((1, 1, -1), clusters, strict=True)
    )
    return max(1.0, variance / alone)


def _clusters(
    authors: Sequence[Hashable | None], threads: Sequence[Hashable | None]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Number the clusters of comments by author, by thread and by both."""
    by_author, by_thread = _numbered(authors), _numbered(threads)
    return by_author, by_thread, _numbered(list(zip(by_author.tolist(), by_thread.tolist(), strict=True)))


def _numbered(names: Sequence[Hashable | None]) -> NDArray[np.intp]:
    """Number names; each that is None or empty gets a number of its own."""
    numbers: dict[Hashable, int] = {}
    return np.array(
        [numbers.setdefault(name or ("alone", place), len(numbers)) for place, name in enumerate(names)],
        np.intp,
    )
