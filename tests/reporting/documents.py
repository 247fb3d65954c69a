"""A report's document, as `reporting.document` makes it, for tests of what shows it."""

from reporting.shares import Counts


def document(**changed):
    """Make the report of one brand and night."""
    counts = Counts(comments=12, positive=6, negative=3, neutral=1, pending=2).as_json()
    brand = {
        "brand": "Aurora",
        "timezone": "UTC",
        **counts,
        "estimate": None,
        "estimate_reason": "Not enough to say: 10 comments scored, and an estimate needs 100.",
        "model_accuracy": None,
        "changes": [],
        "worst_week": None,
        "without_copies": None,
        "drivers": {"against": None, "negative": [], "positive": []},
        "themes": [],
        "sources": [{"source": "x", **counts}],
        "days": [{"day": "2026-11-02", **counts}],
    }
    return {
        "period": {"from": "2026-11-02", "to": "2026-11-02"},
        "scope": {"brand": "Aurora", "source": None, "batches": []},
        "model": "words@1",
        "thresholds": None,
        "revision": 1,
        "revision_note": None,
        "read_at": "2026-11-03T05:00:00+00:00",
        "brands": [brand],
        "totals": counts,
        "other_versions": {},
        "notes": [
            "2 comments are not scored yet and not in the shares: make the report again when the workers are done."
        ],
        **changed,
    }
