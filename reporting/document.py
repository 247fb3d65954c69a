"""The report as a document: what every format shows, and what a revision keeps."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from database.tables import Model
from reporting import changes, counting, estimates, hours, other_versions, reasons, selection, spikes
from reporting.counting import Key
from reporting.evidence import Evidence
from reporting.scope import Scope
from reporting.shares import Counts

#: A period without comments at its ends is shown whole up to so many days.
MOST_EMPTY_DAYS = 400


def build_report(
    session: Session, *, model: Model, scope: Scope, default_timezone: str, now: datetime
) -> dict[str, Any]:
    """Count a scope under one model version and put the answer together.

    Args:
        session: an open transaction.
        model: the version whose scores are counted.
        scope: which comments.
        default_timezone: zone of the brands that have none of their own.
        now: the time of reading, which the report keeps.

    Returns:
        a document that JSON can hold: `period`, `scope`, `model`, `thresholds`, `revision` (None until it is saved),
        `revision_note` (what changed since the one before; None of the first), `read_at`, `brands`, `totals`, `spikes`
        and `spikes_reason` (see `spikes.of_report`), `other_versions` (of the pending and cancelled comments, those
        that only another version has scored), `notes`.

    Raises:
        errors.NotFound: there is no such brand.

    """
    selection.check_brand(session, scope)
    evidence = Evidence(session, model)
    parts = list(selection.by_brand(session, scope, default_timezone))
    counted = counting.count(session, scope, model.id, default_timezone)
    spec = f"{model.name}@{model.version}"
    days = _days(scope, [key.day for key in counted])
    brands = [_brand(evidence, part, of_part, days) for part, of_part in _by_brand(parts, counted)]
    compared = changes.of_brands(evidence, parts, default_timezone, counted)
    for brand in brands:
        brand["changes"] = compared[brand["brand"]]
    reasons.of_brands(evidence, parts, brands)
    totals = sum(counted.values(), Counts())
    for brand in brands:
        # A report of one brand speaks of no other.
        brand["share_of_voice"] = None if scope.brand else brand["comments"] / totals.comments
    others, waiting = _other_versions(session, scope, model.id, default_timezone, totals)
    mixed = [
        other_versions.note(others, scope, spec) if others else None,
        other_versions.earlier(session, scope, model.id),
    ]
    return {
        "period": {"from": days[0].isoformat() if days else None, "to": days[-1].isoformat() if days else None},
        "scope": scope.as_json(),
        "model": spec,
        "thresholds": model.card.get("thresholds"),
        "revision": None,
        "revision_note": None,
        "read_at": now.isoformat(timespec="seconds"),
        "brands": brands,
        "totals": totals.as_json(),
        **spikes.of_report(session, scope, model.id, default_timezone, counted=counted, days=days),
        "other_versions": others,
        "notes": _notes(scope, counted, totals, list(filter(None, mixed)), waiting),
    }


def _other_versions(
    session: Session, scope: Scope, model_id: int, default_timezone: str, totals: Counts
) -> tuple[dict[str, int], int]:
    """Count the comments that only other versions have scored, and the pending ones that are not among them."""
    if not totals.pending and not totals.cancelled:
        return {}, 0
    others = other_versions.count(session, scope, model_id, default_timezone)
    pending = others
    if totals.cancelled:
        pending = other_versions.count(session, scope, model_id, default_timezone, other_versions.NOT_DONE)
    return others, totals.pending - sum(pending.values())


def _days(scope: Scope, found: Iterable[date]) -> list[date]:
    """List the days of the period: as asked for, else from the first to the last with comments."""
    found = sorted(found)
    first = scope.first_day or (found[0] if found else scope.last_day)
    last = scope.last_day or (found[-1] if found else scope.first_day)
    if first is None or last is None:
        return []
    length = (last - first).days + 1
    if length > MOST_EMPTY_DAYS:
        return sorted({first, *found, last})
    return [first + timedelta(days=i) for i in range(length)]


def _by_brand(
    parts: Iterable[selection.Part], counted: Mapping[Key, Counts]
) -> list[tuple[selection.Part, dict[Key, Counts]]]:
    """Give the brands with comments, by name, and the counts of each."""
    found: dict[str, dict[Key, Counts]] = defaultdict(dict)
    for key, counts in counted.items():
        found[key.brand][key] = counts
    return [(part, found[part.brand]) for part in sorted(parts, key=_name) if part.brand in found]


def _name(part: selection.Part) -> str:
    return part.brand.casefold()


def _brand(evidence: Evidence, part: selection.Part, counted: Mapping[Key, Counts], days: list[date]) -> dict[str, Any]:
    by_source: dict[str, Counts] = defaultdict(Counts)
    by_day: dict[date, Counts] = defaultdict(Counts)
    for key, counts in counted.items():
        by_source[key.source] += counts
        by_day[key.day] += counts
    total = sum(counted.values(), Counts())
    made = estimates.estimate(evidence, part, [total.negative, total.neutral, total.positive])
    return {
        "brand": part.brand,
        "timezone": part.zone.key,
        **total.as_json(),
        "estimate": made.found,
        "estimate_reason": made.reason,
        "model_accuracy": made.accuracy,
        "sources": [{"source": source, **counts.as_json()} for source, counts in sorted(by_source.items())],
        "days": [{"day": day.isoformat(), **by_day.get(day, Counts()).as_json()} for day in days],
        "hours": hours.of_part(evidence, part),
        "weekdays": hours.by_weekday(counted),
    }


def _notes(scope: Scope, counted: Mapping[Key, Counts], totals: Counts, mixed: list[str], waiting: int) -> list[str]:
    """Say in words what a reader has to know before the figures.

    `mixed` is said of other versions; `waiting` are the comments that workers have still to score.
    """
    if not totals.comments:
        where = f" about {scope.brand}" if scope.brand else ""
        what = "This run loaded no new comments" if scope.batch_ids else "There are no comments in this period"
        return [f"{what}{where}: there is nothing to report."]
    said = [
        (waiting, "{} not scored yet and not in the shares: make the report again when the workers are done."),
        (totals.skipped, "{} skipped, in another language, without word and emoji, or forgotten; not in the shares."),
        (totals.failed, "{} could not be scored; not in the shares. `brandpulse batches retry` takes them up again."),
        (totals.cancelled, "{} cancelled before being scored; not in the shares."),
        (totals.undated, "{} without a time, counted on the day of loading."),
        (_of(counted, brand="unknown"), "{} about a brand that nobody named: they stand under `unknown`."),
        (_of(counted, source="unknown"), "{} from a source that nobody named: they stand under `unknown`."),
    ]
    notes = mixed + [sentence.format(_comments(number, sentence)) for number, sentence in said if number]
    return notes if totals.scored else ["None of the comments has a score, so there are no shares.", *notes]


def _of(counted: Mapping[Key, Counts], **wanted: str) -> int:
    return sum(c.comments for key, c in counted.items() if all(getattr(key, n) == v for n, v in wanted.items()))


def _comments(number: int, sentence: str) -> str:
    verb = "" if sentence.startswith("{} could") else (" is" if number == 1 else " are")
    return f"{number:,} comment{'' if number == 1 else 's'}{verb}"
