"""Follow deliveries: who got which report and who did not, and take up again what failed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, true, update
from sqlalchemy.orm import Session

from database.tables import Brand, Delivery, Report
from settings import errors
from worker import deliveries

#: `sending` is a claim of which nothing was heard yet: its row says what is true should nothing ever be.
STATES = ("pending", "sending", "sent", "failed")
#: What failed longer ago is told by the list alone: its report is old news.
TOLD_DAYS = 7


def latest(session: Session, now: datetime, state: str | None, limit: int) -> list[dict[str, Any]]:
    """List the newest deliveries, of one state or of all."""
    wanted = (
        select(Delivery, Report, Brand.name)
        .join(Report, Report.id == Delivery.report_id)
        .join(Brand, Brand.id == Report.brand_id)
        .where(_in(state, now))
        .order_by(Delivery.id.desc())
        .limit(limit)
    )
    return [_described(*row, now) for row in session.execute(wanted).tuples()]


def retry(session: Session, delivery_ids: Sequence[int] | None, now: datetime) -> list[int]:
    """Take up again what failed, of these deliveries or of all; gives the ids of those that were.

    Raises:
        errors.NotFound: there is no such delivery.
        errors.WrongInput: it has not failed, or is being sent.

    """
    for delivery_id in delivery_ids or ():
        _check(session, delivery_id, now)
    wanted = _in("failed", now), true() if delivery_ids is None else Delivery.id.in_(delivery_ids)
    taken = update(Delivery).where(*wanted).values(state="pending", due_at=now).returning(Delivery.id)
    return sorted(session.scalars(taken, execution_options={"synchronize_session": False}))


def trouble(session: Session, now: datetime) -> str:
    """Count the deliveries, for `brandpulse doctor`.

    Raises:
        errors.DeliveryFailed: some of the last days failed.

    """
    recent = Delivery.due_at >= now - timedelta(days=TOLD_DAYS)
    failed = session.scalars(
        select(Delivery.error).where(_in("failed", now), recent).order_by(Delivery.id.desc())
    ).all()
    if failed:
        raise errors.DeliveryFailed(
            f"{len(failed):,} failed in the last {TOLD_DAYS} days, the latest: {failed[0]} `brandpulse deliveries list "
            "--state failed` has all; mend the cause, then `brandpulse deliveries retry`."
        )
    return ", ".join(f"{count:,} {state}" for state, count in counts(session, now).items() if count) or "none yet"


def counts(session: Session, now: datetime) -> dict[str, int]:
    """Count the deliveries by state."""
    return {state: _count(session, state, now) for state in STATES}


def _count(session: Session, state: str, now: datetime) -> int:
    return session.scalars(select(func.count()).select_from(Delivery).where(_in(state, now))).one()


def _in(state: str | None, now: datetime) -> ColumnElement[bool]:
    """Say which deliveries are in a state; a page that is being written is pending."""
    claimed = and_(Delivery.state == "failed", Delivery.due_at > now)
    if state == "sending":
        return claimed
    if state == "failed":
        return and_(Delivery.state == "failed", Delivery.due_at <= now)
    return true() if state is None else Delivery.state == state


def _described(delivery: Delivery, report: Report, brand: str, now: datetime) -> dict[str, Any]:
    is_claimed = delivery.state == "failed" and delivery.due_at > now
    return {
        "delivery": delivery.id,
        "brand": brand,
        "day": report.last_day,
        "revision": report.revision,
        "channel": delivery.channel,
        "recipient": delivery.recipient,
        "state": "sending" if is_claimed else delivery.state,
        "attempts": delivery.attempts,
        "due_at": delivery.due_at if delivery.state == "pending" else None,
        "sent_at": delivery.sent_at,
        "error": None if is_claimed else delivery.error,
    }


def _check(session: Session, delivery_id: int, now: datetime) -> None:
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        raise errors.NotFound(f"There is no delivery {delivery_id}: `brandpulse deliveries list` has their numbers.")
    if delivery.state == "failed" and delivery.due_at > now:
        minutes = deliveries.LEASE_SECONDS // 60
        raise errors.WrongInput(f"Delivery {delivery_id} is being sent: try it {minutes} minutes after it began.")
    if delivery.state != "failed":
        raise errors.WrongInput(f"Delivery {delivery_id} is {delivery.state}: only what failed is taken up again.")
