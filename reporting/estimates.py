"""Which estimate may be given of a brand's true shares, and when there is none: the rules of docs/estimates.md."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import select

from database import asking
from database.tables import Comment, Score
from reporting import calibrations, estimating
from reporting.calibrations import Audit
from reporting.estimating import Array
from reporting.evidence import Evidence
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


class Change(NamedTuple):
    """By label, how much a share changed: `share`, `low` and `high`; the estimate is None where there is none."""

    counted: dict[str, Any]
    estimate: dict[str, Any] | None


def estimate(evidence: Evidence, part: Part, counts: Sequence[int]) -> Estimate:
    """Estimate the true shares of a brand in a scope by the best method that may be used.

    `counts` are its comments by label, in the order of `estimating.LABELS`, corrections applied.
    """
    session, model = evidence.session, evidence.model
    audit = evidence.audit(part)
    accuracy = _accuracy(audit)
    spec = f"{model.name}@{model.version}"
    scored = sum(counts)
    if scored < LEAST_SCORED:
        few = f"{scored:,} comment{'s' * (scored != 1)} scored"
        return Estimate(None, f"Not enough to say: {few}, and an estimate needs {LEAST_SCORED}.", accuracy)
    counted = _counted(evidence, part, counts)
    own = calibrations.of_part(session, part, model, scored)
    if own.labels >= LEAST_AUDITED:
        effect = evidence.design_effect(part)
        draws = estimating.audited(counted, own.found, effect)
        said = {"name": "audit sample of these comments", **_said(own)}
        return Estimate(_document(draws, "post-stratified audit sample", said, effect), None, accuracy)
    reason = _refused(audit, part.brand, spec)
    if reason:
        return Estimate(None, reason, accuracy)
    effect = evidence.design_effect(part)
    draws = estimating.adjusted(counted, audit.found.T, effect)
    said = {"name": f"audited comments about {part.brand}", **_said(audit)}
    return Estimate(_document(draws, "adjusted count", said, effect), None, accuracy)


def change(evidence: Evidence, parts: tuple[Part, Part], counts: tuple[Sequence[int], Sequence[int]]) -> Change:
    """Say how much the shares of a brand changed from one period (the second) to another (the first).

    The true ones by the adjusted count and the same errors of the model in both: what is not known of them cancels out.
    """
    own = [_counted(evidence, part, of_part) for part, of_part in zip(parts, counts, strict=True)]
    effects = [evidence.design_effect(part) for part in parts]
    both = list(zip(own, effects, (0, 1), strict=True))
    # Of the counts that are shown, corrections and all: the change that is told lies between its own ends.
    shown = zip((np.array(of_part, float) for of_part in counts), effects, (0, 1), strict=True)
    as_counted = _moved(*(estimating.counted(*one) for one in shown))
    audit = evidence.audit(parts[0])
    if min(map(sum, counts)) < LEAST_SCORED or _refused(audit, parts[0].brand, ""):
        return Change(as_counted, None)
    return Change(
        as_counted, _moved(*(estimating.adjusted(n, audit.found.T, effect, seed) for n, effect, seed in both))
    )


def _moved(now: Array, before: Array) -> dict[str, Any]:
    moved = zip(estimating.LABELS, (now - before).T, strict=True)
    return estimating.as_json({label: estimating.interval(draws) for label, draws in moved})


def _refused(audit: Audit, brand: str, spec: str) -> str | None:
    """Say why audited comments of a brand do not tell how often the model errs; None where they do."""
    if audit.found.sum(axis=0).min() < LEAST_OF_A_LABEL:
        return (
            f"These are the labels of {spec} counted: how often it errs on comments about {brand} is not known. "
            f"`brandpulse audit sample` draws comments to label: {LEAST_AUDITED} of the reported ones are enough."
        )
    if estimating.separation(audit.found.T) < LEAST_SEPARATION:
        return (
            f"Not enough to say: {spec} hardly tells the labels of the audited comments about {brand} apart. "
            f"`brandpulse audit sample` draws more to label: {LEAST_AUDITED} of the reported ones are enough."
        )
    return None


def _counted(evidence: Evidence, part: Part, counts: Sequence[int]) -> Array:
    """Count the model's own labels: a correction is no random draw, and says nothing of the other comments."""
    own = np.array(counts, float)
    # By their ids: joined, PostgreSQL went through all comments of a day, 0.4 s, for each of twenty periods.
    corrected = sorted(evidence.corrections)
    for ids in asking.in_parts(corrected):
        said = (
            select(Score.comment_id, Score.label)
            .join(Comment, Comment.id == Score.comment_id)
            .where(Score.comment_id.in_(ids), Score.model_id == evidence.model.id, part.comments())
        )
        for comment_id, label in evidence.session.execute(said):
            own[label + 1] += 1
            own[evidence.corrections[comment_id] + 1] -= 1
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
