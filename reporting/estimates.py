"""Which estimate may be given of a brand's true shares, and when there is none: the rules of docs/estimates.md."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from database.tables import Comment, Correction, Model, Score
from reporting import calibrations, clustering, estimating
from reporting.calibrations import Audit, Known
from reporting.estimating import Array
from reporting.selection import Part

LEAST_SCORED = 100  # comments below which a share says nothing
LEAST_AUDITED = 50  # labels of the reported comments themselves that make an audit sample of them
LEAST_OF_A_LABEL = 10  # of other comments: fewer do not say how often the model errs on them
LEAST_SEPARATION = 0.2  # below, the counted labels hardly depend on the true ones


class Estimate(NamedTuple):
    """What stands in a report: the estimate, None with a reason; and how right people found the model."""

    found: dict[str, Any] | None
    reason: str | None
    accuracy: dict[str, Any] | None


class Others(NamedTuple):
    """Other comments than the reported ones that say how often the model errs; see `estimating.adjusted`."""

    errors: list[Array]
    said: dict[str, Any]  # of them, in the report


def estimate(session: Session, part: Part, model: Model, counts: Sequence[int]) -> Estimate:
    """Estimate the true shares of a brand in a scope by the best method that may be used.

    `counts` are its comments by label, in the order of `estimating.LABELS`, corrections applied.
    """
    audit = calibrations.of_brand(session, part.brand_id, model)
    accuracy = _accuracy(audit)
    spec = f"{model.name}@{model.version}"
    scored = sum(counts)
    if scored < LEAST_SCORED:
        few = f"{scored:,} comment{'s' * (scored != 1)} scored"
        return Estimate(None, f"Not enough to say: {few}, and an estimate needs {LEAST_SCORED}.", accuracy)
    counted = _counted(session, part, model, counts)
    own = calibrations.of_part(session, part, model, scored)
    if own.labels >= LEAST_AUDITED:
        effect = clustering.design_effect(session, part, model.id)
        draws = estimating.audited(counted, own.found, effect)
        said = {"name": "audit sample of these comments", **_said(own)}
        return Estimate(_document(draws, "post-stratified audit sample", said, effect), None, accuracy)
    others = _others(audit, calibrations.of_version(model.card), part.brand, spec)
    if isinstance(others, str):
        return Estimate(None, others, accuracy)
    effect = clustering.design_effect(session, part, model.id)
    draws = estimating.adjusted(counted, others.errors, effect)
    return Estimate(_document(draws, "adjusted count", others.said, effect), None, accuracy)


def change(
    session: Session, parts: tuple[Part, Part], model: Model, counts: tuple[Sequence[int], Sequence[int]]
) -> dict[str, Any] | None:
    """Estimate how much the true shares of a brand changed from one period (the second) to another (the first).

    Both by the adjusted count and the same errors of the model: what is not known of them cancels out. None where it
    may not be used.
    """
    if min(map(sum, counts)) < LEAST_SCORED:
        return None
    audit = calibrations.of_brand(session, parts[0].brand_id, model)
    others = _others(audit, calibrations.of_version(model.card), parts[0].brand, f"{model.name}@{model.version}")
    if isinstance(others, str):
        return None
    now, before = (
        estimating.adjusted(
            _counted(session, part, model, of_part),
            others.errors,
            clustering.design_effect(session, part, model.id),
            seed=place,
        )
        for place, (part, of_part) in enumerate(zip(parts, counts, strict=True))
    )
    moved = dict(zip(estimating.LABELS, (now - before).T, strict=True))
    return estimating.as_json({label: estimating.interval(draws) for label, draws in moved.items()})


def _others(audit: Audit, known: list[Known], brand: str, spec: str) -> Others | str:
    """Choose the comments that say how often the model errs, or say why there are none."""
    if audit.found.sum(axis=0).min() >= LEAST_OF_A_LABEL:
        found = Others([audit.found.T], {"name": f"audited comments about {brand}", **_said(audit)})
    elif known:
        names = ", ".join(one.name for one in known)
        labels = int(sum(one.errors.sum() for one in known))
        said = {"name": f"{names}, which judged {spec}", "labels": labels, "samples": [], "until": None}
        found = Others([one.errors for one in known], said)
    else:
        return (
            f"These are the labels of {spec} counted: how often it errs on comments about {brand} is not known, and "
            "no set of three labels has judged it. `brandpulse audit sample` draws comments to label."
        )
    if min(estimating.separation(one) for one in found.errors) < LEAST_SEPARATION:
        return (
            f"Not enough to say: {spec} hardly tells the labels of {found.said['name']} apart. `brandpulse audit "
            f"sample` draws comments to label; {LEAST_AUDITED} of the reported ones are enough."
        )
    return found


def _counted(session: Session, part: Part, model: Model, counts: Sequence[int]) -> Array:
    """Count the model's own labels: a correction is no random draw, and says nothing of the other comments."""
    latest = (
        select(Correction.comment_id, Correction.label)
        .where(Correction.id.in_(select(func.max(Correction.id)).group_by(Correction.comment_id)))
        .subquery()
    )
    moved = (
        select(Score.label, latest.c.label, func.count())
        .join(Comment, Comment.id == Score.comment_id)
        .join(latest, latest.c.comment_id == Score.comment_id)
        .where(Score.model_id == model.id, part.comments())
        .group_by(Score.label, latest.c.label)
    )
    own = np.array(counts, float)
    for said, corrected, number in session.execute(moved):
        own[said + 1] += number
        own[corrected + 1] -= number
    return own


def _document(draws: Array, method: str, calibration: dict[str, Any], effect: float) -> dict[str, Any]:
    found = estimating.as_json(estimating.intervals(draws))
    positive = found["positive"]
    return {
        "positive_share": positive["share"],
        "low": positive["low"],
        "high": positive["high"],
        "level": estimating.LEVEL,
        "method": method,
        "calibration": calibration,
        "design_effect": round(effect, 3),
        "shares": found,
    }


def _said(audit: Audit) -> dict[str, Any]:
    until = audit.until.isoformat() if audit.until else None
    return {"labels": audit.labels, "samples": list(audit.samples), "until": until}


def _accuracy(audit: Audit) -> dict[str, Any] | None:
    """Say how often people agree with the model on audited comments of the brand."""
    if not audit.labels:
        return None
    found = estimating.as_json({"accuracy": estimating.accuracy(audit.found)})["accuracy"]
    return {**found, **_said(audit)}
