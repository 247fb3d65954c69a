"""Audit samples: comments drawn at random from what was reported, and the labels that people give them.

What people label is a fair picture of all comments only because nobody chose it: a correction, which somebody made
because a comment caught the eye, is none.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from database import asking
from database.tables import LABEL_CODES, AuditLabel, AuditSample, Comment, Model, Report, Score
from reporting import counting, selection
from reporting.selection import Part
from settings import errors

PAGE_ROWS = 10_000  # ids that are read at a time: a draw from ten million comments holds no more


class Given(NamedTuple):
    """The label that a person gave a comment of a sample."""

    sample: int
    comment: int
    label: str
    by: str
    at: datetime


class Imported(NamedTuple):
    """What became of the labels of a file."""

    labelled: int  # for the first time
    changed: int
    same: int


def draw(
    session: Session, part: Part, model: Model, *, size: int, now: datetime, seed: int | None = None
) -> AuditSample:
    """Draw a sample from the scored comments of a part, leaving out those of earlier samples, and those forgotten.

    Raises:
        errors.WrongInput: there is no comment left to draw, or some are not scored yet.

    """
    _check_scored(session, part, model)
    seed = secrets.randbits(31) if seed is None else seed
    there = (
        select(Comment.id)
        .join(Score, selection.scored(model.id))
        .where(part.comments(), Comment.forgotten_at.is_(None), Comment.id.not_in(_drawn_before(part.brand_id)))
        .order_by(Comment.id)
    )
    drawn, population = at_random(
        session.scalars(there.execution_options(yield_per=PAGE_ROWS)).partitions(), size, seed
    )
    if not len(drawn):
        raise errors.WrongInput(
            f"There is no scored comment about {part.brand} in this period that no audit sample has drawn yet "
            "and that was not forgotten."
        )
    scope = part.scope
    sample = AuditSample(
        brand_id=part.brand_id,
        model_id=model.id,
        report_id=session.scalar(
            select(Report.id).where(Report.scope == scope.key()).order_by(Report.revision.desc()).limit(1)
        ),
        source=scope.source,
        first_day=scope.first_day,
        last_day=scope.last_day,
        population=population,
        seed=seed,
        created_at=now,
    )
    session.add(sample)
    session.flush()
    for score in _scores(session, model, drawn.tolist()):
        session.add(
            AuditLabel(
                sample_id=sample.id,
                comment_id=score.comment_id,
                p_negative=score.p_negative,
                p_positive=score.p_positive,
                model_label=score.label,
            )
        )
    session.flush()
    return sample


def give(session: Session, labels: Iterable[Given]) -> Imported:
    """Write down what people say; a label given again, by whomever, takes the place of the one before.

    Raises:
        errors.NotFound: a sample does not hold a comment.

    """
    labelled = changed = same = 0
    for one in labels:
        row = session.get(AuditLabel, (one.sample, one.comment))
        if row is None:
            raise errors.NotFound(
                f"Audit sample {one.sample} holds no comment {one.comment}: import the file that `brandpulse audit "
                "sample` wrote, with its columns `sample` and `comment`."
            )
        code = LABEL_CODES[one.label]
        labelled += row.label is None
        same += row.label == code
        changed += row.label not in {None, code}
        if row.label != code:
            row.label, row.labelled_by, row.labelled_at = code, one.by, one.at
    session.flush()
    return Imported(labelled, changed, same)


def _check_scored(session: Session, part: Part, model: Model) -> None:
    """Make sure that nothing is pending: scored later, it would pass as if it could have been drawn."""
    of_brand = replace(part.scope, brand=part.brand)
    counted = counting.count(session, of_brand, model.id, part.zone.key)
    pending = sum(counts.pending for counts in counted.values())
    if pending:
        raise errors.WrongInput(
            f"{pending:,} of the comments about {part.brand} have no score by {model.name}@{model.version} yet, and a "
            "sample drawn now could hold none of them: score them first (`brandpulse worker --drain`, or `brandpulse "
            f"rescore --model {model.name}@{model.version}` where another version has), or draw from other days by "
            "--from and --to."
        )


def _scores(session: Session, model: Model, comment_ids: Sequence[int]) -> Iterator[Score]:
    for part in asking.in_parts(comment_ids):
        of_these = Score.comment_id.in_(part)
        yield from session.scalars(select(Score).where(Score.model_id == model.id, of_these))


def _drawn_before(brand_id: int) -> Select[tuple[int]]:
    return (
        select(AuditLabel.comment_id)
        .join(AuditSample, AuditSample.id == AuditLabel.sample_id)
        .where(AuditSample.brand_id == brand_id)
    )


def at_random(pages: Iterable[Iterable[int]], size: int, seed: int) -> tuple[NDArray[np.int64], int]:
    """Draw so many numbers out of all pages, each as likely as any; gives them, and how many there are in all.

    Each number gets a key at random, and those of the smallest keys stay (Efraimidis and Spirakis 2006, with equal
    weights): what is held does not grow with the pages.
    """
    generator = np.random.default_rng(seed)
    keys, numbers, count = np.empty(0), np.empty(0, np.int64), 0
    for page in pages:
        more = np.fromiter(page, np.int64)
        count += len(more)
        keys, numbers = np.concatenate([keys, generator.random(len(more))]), np.concatenate([numbers, more])
        kept = np.argsort(keys, kind="stable")[:size]
        keys, numbers = keys[kept], numbers[kept]
    return numbers, count
