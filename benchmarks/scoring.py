"""Scoring alone, against what a user would pick instead: one process each, one after the other, on the same tweets."""

import json
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from benchmarks import comments, contenders, processes, texts
from benchmarks.plan import Plan

WARM_TWEETS = 20_000  # half a chunk: whoever scores for longer has seen as many


def measure(plan: Plan) -> Mapping[str, float | None]:
    """Give each contender's comments per second, the median of the rounds; None of one that is not installed.

    No tweet occurs twice, where there are labelled sets, and those that warm up are others.
    """
    warm = min(WARM_TWEETS, plan.tweets)
    tweets = texts.tweets(plan.data, plan.tweets + warm, plan.seed)
    if len(tweets) < plan.tweets + warm:  # the examples are a few hundred
        tweets = comments.resampled(plan.texts, plan.tweets + warm, plan.seed)
    file = plan.folder / "tweets.json"
    file.write_text(json.dumps(tweets), encoding="utf-8")
    rounds = [_round(file, warm) for _ in range(plan.scoring_rounds)]
    return {name: _median([one[name] for one in rounds]) for name in contenders.CONTENDERS}


def _round(file: Path, warm: int) -> dict[str, float | None]:
    return {name: rate(name, file, warm) for name in contenders.CONTENDERS}


def rate(name: str, file: Path, warm: int) -> float | None:
    """Give one contender's comments per second; None where it is not installed."""
    said = processes.run("benchmarks.contenders", name, file, str(warm), env=processes.environment()).strip()
    return None if said == contenders.ABSENT else float(said)


def _median(rates: list[float | None]) -> float | None:
    measured = [rate for rate in rates if rate is not None]
    return median(measured) if measured else None
