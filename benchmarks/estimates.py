"""Measure how far counted and estimated shares are off on labelled sets, brand by brand.

    python -m benchmarks.estimates FOLDER

FOLDER holds `crowdflower_product_brands.parquet` and `twitter_entity.parquet`: tweets about brands with three labels.
Of each brand with 150 of them or more, up to 600 are scored; 20 audit samples of 200 are drawn, each of half the tweets
at most. Prints JSON.
"""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np

from model_store import loading, shipped
from model_store.prediction import Model
from model_store.training import answers, labelled
from model_store.training.answers import SKIPPED
from model_store.training.labelled import Labelled
from reporting import estimating
from reporting.estimating import LABELS, Array

FILES = ("crowdflower_product_brands.parquet", "twitter_entity.parquet")
JUDGE = "tweeteval_sentiment.parquet"  # the set in a version's card whose errors are tried
LEAST, MOST = 150, 600  # tweets of a brand
SAMPLES, SIZE = 20, 200
POSITIVE = 2


class Off(NamedTuple):
    """How far the positive share of a brand is off, and whether intervals hold it."""

    counted: float
    by_judge: float
    judge_holds: bool
    by_audit: float
    audits_hold: float


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--model", default=shipped.DEFAULT, show_default=True, help="A shipped version.")
def main(folder: Path, model: str) -> None:
    """Measure counted shares, and estimates by an audit sample and by another set's errors."""
    version = shipped.find(model)
    served, errors = loading.load(version), _errors(version.card)
    generator = np.random.default_rng(0)
    found = [
        measure(served, data.take(np.array(rows)), errors, generator)
        for file in FILES
        for data in [labelled.read(folder / file)]
        for rows in _by_brand(data, generator)
    ]
    means = {
        name: round(float(np.mean(values)), 4)
        for name, values in zip(Off._fields, zip(*found, strict=True), strict=True)
    }
    worst = round(max(one.by_audit for one in found), 4)
    click.echo(json.dumps({"model": version.spec, "brands": len(found), **means, "worst_by_audit": worst}, indent=1))


def measure(model: Model, data: Labelled, errors: Array, generator: np.random.Generator) -> Off:
    """Score the tweets of a brand, and compare every share with what people say of them."""
    answered = answers.ask(model, data)
    kept = answered.labels != SKIPPED
    truth, said = data.labels[kept] + 1, answered.labels[kept] + 1
    counts = np.bincount(said, minlength=3).astype(float)
    share = float((truth == POSITIVE).mean())
    judged = estimating.intervals(estimating.adjusted(counts, errors, effect=1.0))["positive"]
    audits = []
    for _ in range(SAMPLES):
        drawn = generator.choice(len(truth), min(SIZE, len(truth) // 2), replace=False)
        crossed = np.zeros((3, 3))
        np.add.at(crossed, (said[drawn], truth[drawn]), 1)
        audits.append(estimating.intervals(estimating.audited(counts, crossed, effect=1.0))["positive"])
    return Off(
        abs(counts[POSITIVE] / len(truth) - share),
        abs(judged.share - share),
        judged.low <= share <= judged.high,
        float(np.mean([abs(one.share - share) for one in audits])),
        float(np.mean([one.low <= share <= one.high for one in audits])),
    )


def _errors(card: dict[str, Any]) -> Array:
    [confusion] = [test["confusion"] for test in card["metrics"]["tests"] if test["name"] == JUDGE]
    return np.array([[confusion[truth][label] for label in LABELS] for truth in LABELS], float)


def _by_brand(data: Labelled, generator: np.random.Generator) -> list[list[int]]:
    rows: dict[str, list[int]] = defaultdict(list)
    for row, brand in enumerate(data.brands):
        rows[brand].append(row)
    return [generator.permutation(of)[:MOST].tolist() for _, of in sorted(rows.items()) if len(of) >= LEAST]


if __name__ == "__main__":
    main()
