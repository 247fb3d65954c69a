"""Which version the views read, and the way back: every promotion is kept, and those not rolled back make a stack."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from database.tables import Model, Promotion
from model_store import registry
from settings import errors


def promote(session: Session, model: Model) -> Model:
    """Make the views read a version from the commit on; the one that is promoted already stays so.

    Returns:
        the version that was promoted before.

    Raises:
        errors.NotFound: none was.

    """
    before = _promoted(session)
    if before.id != model.id:
        # A clock that runs behind must not make the newer promotion the older one.
        moment = max(datetime.now(UTC), _moment(before) + timedelta(microseconds=1))
        session.add(Promotion(model_id=model.id, promoted_at=moment))
        model.promoted_at = moment
        session.flush()
    return before


def rollback(session: Session) -> tuple[Model, Model]:
    """Make the views read the version promoted before; the next call goes one further back.

    Returns:
        the version that is promoted now, and the one that was.

    Raises:
        errors.NotFound: none was promoted before.

    """
    model = _promoted(session)
    last, *below = _standing(session)
    if not below:
        raise errors.NotFound(
            f"No version was promoted before {model.name}@{model.version}: name one by `brandpulse models promote`."
        )
    last.rolled_back_at = datetime.now(UTC)
    session.flush()
    model.promoted_at = session.scalar(
        select(func.max(Promotion.promoted_at)).where(
            Promotion.model_id == model.id, Promotion.rolled_back_at.is_(None)
        )
    )
    session.flush()
    return registry.promoted(session), model


def previous(session: Session) -> Model | None:
    """Find the version that `rollback` would go back to."""
    standing = _standing(session)
    return session.get_one(Model, standing[1].model_id) if standing[1:] else None


def _standing(session: Session) -> list[Promotion]:
    """Give the two latest promotions that were not rolled back, the latest first."""
    wanted = select(Promotion).where(Promotion.rolled_back_at.is_(None)).order_by(Promotion.id.desc()).limit(2)
    return list(session.scalars(wanted))


def _promoted(session: Session) -> Model:
    """Find the promoted version while no other process promotes, and keep it where only its row says so."""
    # The lock lets others register versions and queue jobs, whose rows name a model's.
    locked = select(Model).order_by(Model.id).with_for_update(key_share=True)
    session.scalars(locked, execution_options={"populate_existing": True}).all()
    model = registry.promoted(session)
    standing = _standing(session)
    if not standing or standing[0].model_id != model.id:
        # The shipped default is promoted without ceremony, by this program or by a worker of the version before.
        session.add(Promotion(model_id=model.id, promoted_at=_moment(model)))
        session.flush()
    return model


def _moment(promoted: Model) -> datetime:
    assert promoted.promoted_at is not None
    return promoted.promoted_at
