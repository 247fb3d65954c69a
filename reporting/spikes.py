"""The spikes of a report: days on which a brand had more comments than a calm day brings, or a larger share."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from database.tables import Brand
from reporting import counting, dates, fitting, surprises
from reporting.counting import Key
from reporting.scope import Scope
from reporting.shares import Counts
from reporting.surprises import Bools, Ints, Surprise

MOST_DAYS = 31  # of a period that are looked at, the latest: those of a hundred brands take 1.3 s
MOST_NAMED = 5

Counted = Mapping[Key, Counts]


def of_report(
    session: Session, scope: Scope, model_id: int, default_timezone: str, *, counted: Counted, days: Sequence[date]
) -> dict[str, Any]:
    """Find the spikes of a report: of the days of its period, with what was counted on them.

    The days before are counted as well, but for a run, which is about its own comments alone.

    Returns:
        `spikes`, the most surprising first: `brand`, `day`, `kind` (`volume`, `negative` or `positive`), `found` and
        `expected` (comments, or a share), `low` and `high` (what 95 % of calm days lie between), `of` (the scored
        comments of a share), `p` (how likely a calm day reaches what was found); and `spikes_reason`, which says what
        was not looked at, or None.

    """
    if not counted:
        return {"spikes": [], "spikes_reason": None}
    first = max(days[0], days[-1] - timedelta(MOST_DAYS - 1))
    begin = first - timedelta(fitting.DAYS)
    every = dict(counted)
    if scope.first_day is not None and not scope.batch_ids and begin < scope.first_day:
        before = replace(scope, first_day=begin, last_day=scope.first_day - timedelta(1))
        every |= counting.count(session, before, model_id, default_timezone)
    brands = sorted({key.brand for key in counted}, key=str.casefold)
    counts = _by_day(every, brands, begin, days[-1])
    # A report of one brand is as hard to surprise as that of all: a night has both.
    brands_a_night = session.scalar(select(func.count()).select_from(Brand)) or 1
    found = sorted(surprises.find(counts, brands_a_night), key=lambda one: (one.calm.p, *one[:3]))
    return {
        "spikes": [_as_json(one, brands[one.brand], first) for one in found],
        "spikes_reason": _reason(brands, surprises.are_looked_at(counts), first, days[0]),
    }


def _by_day(counted: Counted, brands: Sequence[str], first: date, last: date) -> Ints:
    """Lay counts out by number, brand and day; a comment without a time says nothing of how many came on a day."""
    rows = {name: row for row, name in enumerate(brands)}
    found = np.zeros((surprises.COUNTED, len(brands), (last - first).days + 1), np.int64)
    for key, counts in counted.items():
        if key.brand in rows and first <= key.day <= last:
            numbers = (counts.comments - counts.undated, counts.scored, counts.negative, counts.positive)
            found[:, rows[key.brand], (key.day - first).days] += numbers
    return found


def _as_json(one: Surprise, brand: str, first: date) -> dict[str, Any]:
    is_volume = one.kind == "volume"
    digits = 1 if is_volume else 4
    return {
        "brand": brand,
        "day": (first + timedelta(one.day)).isoformat(),
        "kind": one.kind,
        "found": int(one.found) if is_volume else round(one.found, digits),
        **{name: round(float(getattr(one.calm, name)), digits) for name in ("expected", "low", "high")},
        "of": one.of,
        # More digits mean nothing, and might differ from machine to machine.
        "p": float(f"{one.calm.p:.1e}"),
    }


def _reason(brands: Sequence[str], are_looked_at: Bools, first: date, first_of_period: date) -> str | None:
    """Say which days were not looked at; None where all were."""
    by_brand = list(zip(brands, are_looked_at, strict=True))
    never = [name for name, days in by_brand if not days.any()]
    late = [(name, days.argmax()) for name, days in by_brand if days.any() and not days.all()]
    said = [f"Spikes are looked for on the latest {MOST_DAYS} days."] if first > first_of_period else []
    if never:
        said.append(
            f"No spikes are looked for of {_names(never)}: a baseline takes {surprises.LEAST_DAYS} days of comments."
        )
    if late:
        names = _names([name for name, _ in late])
        since = first + timedelta(int(max(day for _, day in late)))
        said.append(
            f"Spikes of {names} are looked for from {dates.day(since.isoformat())} on, "
            f"where there are {surprises.LEAST_DAYS} days of comments before."
        )
    return " ".join(said) or None


def _names(brands: Sequence[str]) -> str:
    more = len(brands) - MOST_NAMED
    return ", ".join(brands[:MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
