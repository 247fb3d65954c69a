"""Brands: their time zone, handles and recipients."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from database.tables import Brand
from reporting import selection
from reporting.scope import Scope
from settings import errors
from worker import recipients


class Changes(NamedTuple):
    """What is to be set; None leaves it as it is."""

    timezone: str | None = None
    handles: Sequence[str] | None = None
    recipients: Sequence[str] | None = None


def every(session: Session) -> Sequence[Brand]:
    """List the brands by name."""
    return session.scalars(select(Brand).order_by(Brand.name)).all()


def change(session: Session, name: str, changes: Changes, *, new: bool = False) -> Brand:
    """Set what is said of a brand.

    Args:
        session: an open transaction.
        name: the brand.
        changes: what is set.
        new: make the brand where there is none yet.

    Raises:
        errors.NotFound: there is no such brand.
        errors.WrongInput: the zone or a recipient is none.

    """
    brand = session.scalar(select(Brand).where(Brand.name == name))
    if brand is None and new and name.strip():
        brand = Brand(name=name, handles=[], recipients=[], created_at=datetime.now(UTC))
        session.add(brand)
    if brand is None:
        selection.check_brand(session, Scope(brand=name))
        raise errors.NotFound(f"There is no brand {name!r} in the database.")
    if changes.timezone is not None:
        brand.timezone = _zone(changes.timezone)
    if changes.handles is not None:
        brand.handles = [handle for handle in dict.fromkeys(map(str.strip, changes.handles)) if handle]
    if changes.recipients is not None:
        brand.recipients = list(dict.fromkeys(map(recipients.check, changes.recipients)))
    session.flush()
    return brand


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise errors.WrongInput(f"There is no time zone {name!r}: give one as Europe/Berlin or UTC.") from None
    return name
