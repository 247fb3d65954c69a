"""What a report must not mix in silence: scores of other versions, and revisions that another version counted."""

import shlex
from collections import Counter

from sqlalchemy import ColumnElement, exists, false, func, select
from sqlalchemy.orm import Session

from database import membership
from database.tables import Chunk, Comment, Job, Model, Report, Score, Tally, Unscored
from reporting import selection
from reporting.scope import Scope

NOT_DONE = ("pending", "running", "failed", "cancelled")


def count(
    session: Session,
    scope: Scope,
    model_id: int,
    default_timezone: str,
    without_chunks: tuple[str, ...] = membership.OPEN,
) -> dict[str, int]:
    """Count the comments that another version has scored, or skipped, and this one has not and is not about to.

    Args:
        session: an open transaction.
        scope: which comments.
        model_id: this version.
        default_timezone: zone of the brands that have none of their own.
        without_chunks: comments in a chunk of this version in one of these states are left out.

    Returns:
        the comments by version; one that several have scored stands under the newest of them.

    """
    found: Counter[int] = Counter()
    some = session.scalar(select(membership.chunks_in(model_id, *without_chunks)))
    held = _held(model_id, without_chunks) if some else false()
    for part in selection.by_brand(session, scope, default_timezone):
        # Every comment without a row is looked at: only where another version has any.
        if session.scalar(select(_others(part, model_id))):
            found.update(_count(session, part.comments() & ~held, model_id))
    specs = {model.id: f"{model.name}@{model.version}" for model in session.scalars(select(Model))}
    return {specs[other]: comments for other, comments in sorted(found.items())}


def _others(part: selection.Part, model_id: int) -> ColumnElement[bool]:
    """Say whether the tallies have anything of another version."""
    return exists().where(part.tallies(), Tally.model_id.is_not(None), Tally.model_id != model_id)


def _count(session: Session, wanted: ColumnElement[bool], model_id: int) -> dict[int, int]:
    others = select(Model.id).where(Model.id != model_id)
    newest = select(func.max(Score.model_id)).where(Score.model_id.in_(others), Score.comment_id == Comment.id)
    skipped = select(func.max(Unscored.model_id)).where(
        Unscored.model_id.in_(others), Unscored.comment_id == Comment.id
    )
    version = func.coalesce(newest.scalar_subquery(), skipped.scalar_subquery())
    rows = select(version.label("version")).where(wanted, membership.without_row(model_id)).subquery()
    counted = select(rows.c.version, func.count()).where(rows.c.version.is_not(None)).group_by(rows.c.version)
    return dict(session.execute(counted).tuples().all())


def _held(model_id: int, states: tuple[str, ...]) -> ColumnElement[bool]:
    """Say which comments a chunk of a version in one of these states holds."""
    return exists().where(membership.chunk_holds_comment(), Job.model_id == model_id, Chunk.state.in_(states))


def note(found: dict[str, int], scope: Scope, spec: str) -> str:
    """Say how many comments only other versions have scored, and what to do about it."""
    comments = sum(found.values())
    by = ", ".join(f"{other} ({number:,})" for other, number in found.items())
    return (
        f"{comments:,} comment{'' if comments == 1 else 's'} went through another model version only: {by}. Not in the "
        f"shares, which never mix versions; `{_command(scope, spec)}` scores them by {spec}."
    )


def earlier(session: Session, scope: Scope, model_id: int) -> str | None:
    """Name the latest revision of the same report that another version counted, None where there is none.

    That one and not simply the revision before: the same answer asked for again has to say the same.
    """
    latest = (
        select(Report.revision, Model)
        .join(Model, Model.id == Report.model_id)
        .where(Report.scope == scope.key(), Report.model_id != model_id)
        .order_by(Report.revision.desc())
        .limit(1)
    )
    found = session.execute(latest).first()
    if found is None:
        return None
    revision, model = found
    return (
        f"Revision {revision} of this report was counted by {model.name}@{model.version}: "
        "what differs from it may be the model and not the comments."
    )


def _command(scope: Scope, spec: str) -> str:
    words = ["brandpulse", "rescore"]
    for batch_id in scope.batch_ids:
        words += ["--batch", str(batch_id)]
    if not scope.batch_ids:
        for option, value in (("--brand", scope.brand), ("--from", scope.first_day), ("--to", scope.last_day)):
            words += [] if value is None else [option, str(value)]
    return shlex.join([*words, "--model", spec])
