"""What changed against earlier periods, and whether it did within the sources or by their mix."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from reporting import counting, estimates
from reporting.counting import Key
from reporting.evidence import Evidence
from reporting.scope import Scope
from reporting.selection import Part
from reporting.shares import Counts

#: days back, and the longest period that does not overlap with the one so many days back
AGO = {"week": 7, "four_weeks": 28}

BySource = Mapping[str, Counts]


def of_brands(
    evidence: Evidence, parts: Sequence[Part], default_timezone: str, counted: Mapping[Key, Counts]
) -> dict[str, list[dict[str, Any]]]:
    """Compare each brand of a scope with earlier periods of the same length.

    Returns:
        by brand, a list of `against` (`before`: the days right before; `week` and `four_weeks`: the same weekdays so
        long ago), `from`, `to`, `scored`, `positive_share`, `negative_share`, `change` (in shares of one: `positive`
        and `negative`, each with `counted`, between `low` and `high`, split into `mix` and `within`, and where it can
        be estimated `estimate` with `share`, `low` and `high`), and `sources`. A period without scored comments is not
        among them.

    """
    now = _by_brand(counted)
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in now}
    for name, ago in earlier(parts[0].scope).items() if parts else ():
        there = _by_brand(counting.count(evidence.session, ago, evidence.model.id, default_timezone))
        for part in parts:
            sources = now.get(part.brand, {}), there.get(part.brand, {})
            if all(_sum(one).scored for one in sources):
                both = part, part._replace(scope=ago)
                found[part.brand].append({"against": name, **_compared(evidence, both, *sources)})
    return found


def split(now: BySource, before: BySource, label: str) -> dict[str, tuple[float, float]]:
    """Split the change of a share into what each source gives by its part of all comments, and within itself.

    The parts sum to the change (Kitagawa 1955, equation 4): by the change of a source's part times its mean share
    beyond that of all, and by the change of its share times its mean part.
    """
    whole = [_sum(one) for one in (now, before)]
    middle = sum(_share(one, label) for one in whole) / 2
    found = {}
    for source in sorted(now.keys() | before.keys()):
        there = [one.get(source, Counts()) for one in (now, before)]
        parts = [one.scored / all_.scored for one, all_ in zip(there, whole, strict=True)]
        # A source of one period alone has changed its part, and nothing within.
        shares = [_share(one if one.scored else other, label) for one, other in zip(there, there[::-1], strict=True)]
        mix = (parts[0] - parts[1]) * (sum(shares) / 2 - middle)
        found[source] = mix, (shares[0] - shares[1]) * sum(parts) / 2
    return found


def earlier(scope: Scope) -> dict[str, Scope]:
    """Name the earlier periods that a scope with both ends can be compared with."""
    if scope.first_day is None or scope.last_day is None or scope.batch_ids:
        return {}
    length = (scope.last_day - scope.first_day).days + 1
    back = {"before": length, **{name: days for name, days in AGO.items() if length <= days and length != days}}
    return {
        name: replace(scope, first_day=scope.first_day - timedelta(days), last_day=scope.last_day - timedelta(days))
        for name, days in back.items()
    }


def _compared(evidence: Evidence, parts: tuple[Part, Part], now: BySource, before: BySource) -> dict[str, Any]:
    found = estimates.change(evidence, parts, (_counts(now), _counts(before)))
    scope, counts = parts[1].scope, _sum(before)
    both = {label: split(now, before, label) for label in ("positive", "negative")}
    change = {
        label: {
            "counted": _share(_sum(now), label) - _share(counts, label),
            "mix": sum(mix for mix, _ in of.values()),
            "within": sum(within for _, within in of.values()),
            "low": found.counted[label]["low"],
            "high": found.counted[label]["high"],
            "estimate": found.estimate[label] if found.estimate else None,
        }
        for label, of in both.items()
    }
    return {
        "from": scope.first_day.isoformat() if scope.first_day else None,
        "to": scope.last_day.isoformat() if scope.last_day else None,
        "scored": counts.scored,
        "positive_share": _share(counts, "positive"),
        "negative_share": _share(counts, "negative"),
        "change": change,
        "sources": [
            {"source": source, **{label: {"mix": of[source][0], "within": of[source][1]} for label, of in both.items()}}
            for source in both["positive"]
        ],
    }


def _by_brand(counted: Mapping[Key, Counts]) -> dict[str, dict[str, Counts]]:
    found: dict[str, dict[str, Counts]] = defaultdict(lambda: defaultdict(Counts))
    for key, counts in counted.items():
        found[key.brand][key.source] += counts
    return found


def _counts(sources: BySource) -> list[int]:
    counts = _sum(sources)
    return [counts.negative, counts.neutral, counts.positive]


def _sum(sources: BySource) -> Counts:
    return sum(sources.values(), Counts())


def _share(counts: Counts, label: str) -> float:
    return float(getattr(counts, label) / max(counts.scored, 1))
