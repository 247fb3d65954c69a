"""From a scope to comments: brand by brand, since the days of each are those of its own zone."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, select, true
from sqlalchemy.orm import Session

from database import membership
from database.tables import Brand, Comment
from reporting.scope import Scope


def by_brand(
    session: Session, scope: Scope, default_timezone: str
) -> Iterator[tuple[str, ZoneInfo, ColumnElement[bool]]]:
    """Give each brand of a scope: its name, its zone, and which comments about it the scope holds."""
    statement = select(Brand).order_by(Brand.name)
    if scope.brand is not None:
        statement = statement.where(Brand.name == scope.brand)
    for brand in session.scalars(statement).all():
        zone = ZoneInfo(brand.timezone or default_timezone)
        yield brand.name, zone, _wanted(scope, brand.id, zone)


def _wanted(scope: Scope, brand_id: int, zone: ZoneInfo) -> ColumnElement[bool]:
    begin, end = scope.moments(zone)
    return and_(
        Comment.brand_id == brand_id,
        Comment.source == scope.source if scope.source is not None else true(),
        membership.of_batches(scope.batch_ids) if scope.batch_ids else true(),
        Comment.counted_at >= begin if begin else true(),
        Comment.counted_at < end if end else true(),
    )
