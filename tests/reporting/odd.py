"""Reports with names and texts that would do harm in one format or another, and of any number of brands."""

from datetime import date, timedelta

from reporting import hours, told
from reporting.shares import Counts

NAMES = (
    "=cmd|' /C calc'!A0",
    '#import "x": *',
    "<script>alert(1)</script>",
    "@channel <!everyone> <@U1>",
    "Q" * 10_000,
    "Fun \U0001f600 \U0001f44d\U0001f3fd \U0001f1e9\U0001f1ea",
    "شركة عربية",
    "你好",
    "a\x07b\x1b[31m\u202eflip",
    "https://evil.example/x www.evil.example",
    "**b** _i_ `c` [l](http://x.y) ~~s~~ ||p|| # h",
    "_x0041_ $x$ &lt; \\",
)
FIRST = date(2026, 11, 2)


def brand(name, days=3, scored=120, texts=NAMES):
    """A brand of a report, with one of everything; with nothing scored, with nothing."""
    counts = Counts(scored + 3, scored // 4, scored // 2, scored - scored // 4 - scored // 2, 2, 1).as_json()
    of_days = [{"day": (FIRST + timedelta(i)).isoformat(), **counts} for i in range(days)]
    return {
        "brand": name,
        "timezone": "Europe/Berlin",
        **counts,
        "estimate": estimate() if scored else None,
        "estimate_reason": None if scored else f"Not enough to say of {name}.",
        "model_accuracy": {**interval(0.83), "labels": 200, "samples": [1], "until": None} if scored else None,
        "sources": [{"source": "x", **counts}],
        "hours": [{"hour": hour, **counts} for hour in range(24)],
        "weekdays": [{"weekday": name, **counts} for name in hours.WEEKDAYS],
        "share_of_voice": 0.5,
        "worst_week": worst_week() if scored else None,
        "without_copies": without_copies() if scored else None,
        "days": of_days,
        "changes": [change()] if scored else [],
        "drivers": {
            "against": "before" if scored else None,
            "negative": [driver(words, texts) for words in ("battery", "never again")] if scored else [],
            "positive": [driver("camera", texts)] if scored else [],
        },
        "themes": [theme(texts)] if scored else [],
    }


def report(*names, days=3, scored=120, texts=NAMES):
    """A report of brands so named."""
    brands = [brand(name, days, scored, texts) for name in names]
    last = FIRST + timedelta(days - 1)
    counted = Counts(len(names) * (scored + 3), neutral=len(names) * scored).as_json()
    return {
        "period": {"from": FIRST.isoformat() if names else None, "to": last.isoformat() if names else None},
        "scope": {"brand": None, "source": None, "from": None, "to": None, "batches": []},
        "model": "words@1",
        "thresholds": {"positive": 0.5},
        "revision": 7,
        "revision_note": "30 comments came late." if names else None,
        "spikes": [spike(name) for name in names],
        "read_at": "2026-11-16T05:00:00+00:00",
        "brands": brands,
        "totals": counted,
        "other_versions": {},
        "notes": ["2 comments are skipped; not in the shares."] if names else ["There is nothing to report."],
    }


def estimate():
    shares = {name: interval(0.4) for name in ("positive", "negative", "neutral", "positive_opinionated")}
    return {
        "positive_share": 0.4,
        "low": 0.35,
        "high": 0.45,
        "level": 0.95,
        "method": "adjusted count",
        "calibration": {"name": "audited comments about it", "labels": 200, "samples": [1], "until": None},
        "design_effect": 1.25,
        "shares": {**shares, "net_sentiment": interval(0.1)},
    }


def interval(share):
    return {"share": share, "low": share - 0.05, "high": share + 0.05}


def change():
    moved = {"counted": -0.04, "mix": -0.01, "within": -0.03, "low": -0.07, "high": -0.01, "estimate": interval(-0.05)}
    return {
        "against": "before",
        "from": "2026-10-30",
        "to": "2026-11-01",
        "scored": 90,
        "positive_share": 0.3,
        "negative_share": 0.4,
        "change": {"positive": moved, "negative": {**moved, "counted": 0.02, "estimate": None}},
        "sources": [],
    }


def spike(brand):
    found = {"found": 30.0, "expected": 10.5, "low": 4.0, "high": 17.0, "p": 0.0004}
    return {"brand": brand, "day": "2026-11-03", "kind": "volume", **found}


def worst_week():
    days = {"from": "2026-11-02", "to": "2026-11-08"}
    return {**days, "scored": 70, "negative_share": 0.7, "negative_share_else": 0.3, "p": 0.001}


def without_copies():
    shares = {"plain": 0.5, "without_copies": 0.45}
    return {"comments": 120, "texts": 90, "positive_share": shares, "negative_share": shares}


def driver(words, texts):
    return {
        "words": words,
        "comments": 12,
        "share": 0.1,
        "share_before": 0.05,
        "change": 0.05,
        "examples": examples(texts),
    }


def theme(texts):
    return {"words": ["battery", "hours", "dead"], "comments": 30, "share": 0.25, "examples": examples(texts)}


def examples(texts):
    return [
        {
            "comment": number,
            "text": text[: told.LONGEST_SHOWN],
            "source": "x",
            "posted_at": "2026-11-02T23:30:00+01:00" if number % 2 else None,
            "url": f"https://example.org/{number}",
            "likes": 3 * number,
            "copies": 1 + number % 2,
        }
        for number, text in enumerate(texts)
    ]
