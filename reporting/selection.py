"""From a scope to what is counted: brand by brand, since the days of each are those of its own zone."""

from collections.abc import Iterator
from datetime import UTC, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, select, true
from sqlalchemy.orm import Session

from database import membership
from database.tables import Brand, Comment, Score, Tally
from reporting.scope import Scope
from settings import errors


class Part(NamedTuple):
    """What a scope holds of one brand."""

    scope: Scope
    brand_id: int
    brand: str
    zone: ZoneInfo

    def comments(self) -> ColumnElement[bool]:
        """Say which comments it holds."""
        begin, end = self.scope.moments(self.zone)
        return and_(
            Comment.brand_id == self.brand_id,
            Comment.source == self.scope.source if self.scope.source is not None else true(),
            membership.of_batches(self.scope.batch_ids) if self.scope.batch_ids else true(),
            Comment.counted_at >= begin if begin else true(),
            Comment.counted_at < end if end else true(),
        )

    def tallies(self) -> ColumnElement[bool]:
        """Say which tallies hold it; those of the days at its ends hold slots besides that it does not."""
        begin, end = self.scope.moments(self.zone)
        last = end and end - timedelta(microseconds=1)
        return and_(
            Tally.brand_id == self.brand_id,
            Tally.source == self.scope.source if self.scope.source is not None else true(),
            Tally.batch_id.in_(self.scope.batch_ids) if self.scope.batch_ids else true(),
            Tally.day >= begin.astimezone(UTC).date() if begin else true(),
            Tally.day <= last.astimezone(UTC).date() if last else true(),
        )


def scored(model_id: int) -> ColumnElement[bool]:
    """Join comments with their scores under a version."""
    return and_(Score.comment_id == Comment.id, Score.model_id == model_id)


def check_brand(session: Session, scope: Scope) -> None:
    """Make sure that the brand of a scope, if it names one, is there.

    Raises:
        errors.NotFound: it is not.

    """
    if scope.brand is None:
        return
    known = session.scalars(select(Brand.name).order_by(Brand.name)).all()
    if scope.brand not in known:
        there = ", ".join(known[:20]) or "none yet"
        raise errors.NotFound(f"There is no brand {scope.brand!r} in the database; there is: {there}.")


def by_brand(session: Session, scope: Scope, default_timezone: str) -> Iterator[Part]:
    """Give the part of each brand of a scope."""
    statement = select(Brand).order_by(Brand.name)
    if scope.brand is not None:
        statement = statement.where(Brand.name == scope.brand)
    for brand in session.scalars(statement).all():
        yield Part(scope, brand.id, brand.name, ZoneInfo(brand.timezone or default_timezone))
