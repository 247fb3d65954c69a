"""One contender in one process: it loads, scores some texts to warm up, and is timed on others.

    python -m benchmarks.contenders NAME FILE WARM

FILE is a JSON list of texts, WARM how many of them warm up. Prints comments per second; `absent` where what it needs is
not installed.
"""

import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import TypeVar

import click

from benchmarks.comments import BRANDS
from model_store import loading, shipped

ABSENT = "absent"

Value = TypeVar("Value")

#: scores texts, all of them at once or one by one as the contender likes it best
Scoring = Callable[[Sequence[str]], object]


def _alone(threads: int | None = None) -> Scoring:
    model = loading.load(shipped.find("fast@1"), threads)
    return lambda texts: [model.scorer.score(block) for block in _blocks(texts, model.chunk_size_comments)]


def _one_thread() -> Scoring:
    return _alone(threads=1)


def _predict() -> Scoring:
    model = loading.load(shipped.find("fast@1"))

    def predict(texts: Sequence[str]) -> object:
        brands = islice(cycle((brand,) for brand in BRANDS), len(texts))
        size = model.chunk_size_comments
        return [model.predict(*block) for block in zip(_blocks(texts, size), _blocks([*brands], size), strict=True)]

    return predict


def _vader() -> Scoring:
    analyzer = importlib.import_module("vaderSentiment.vaderSentiment").SentimentIntensityAnalyzer()
    return lambda texts: [analyzer.polarity_scores(text)["compound"] for text in texts]


def _textblob() -> Scoring:
    blob = importlib.import_module("textblob").TextBlob
    return lambda texts: [blob(text).sentiment.polarity for text in texts]


CONTENDERS: Mapping[str, Callable[[], Scoring]] = {
    "score": _alone,
    "score_one_thread": _one_thread,
    "predict": _predict,
    "vader": _vader,
    "textblob": _textblob,
}


def _blocks(values: Sequence[Value], size: int) -> Iterator[Sequence[Value]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


def main(name: str, file: Path, warm: int) -> None:
    """Time one contender."""
    texts = json.loads(file.read_text(encoding="utf-8"))
    try:
        scoring = CONTENDERS[name]()
    except ModuleNotFoundError:
        click.echo(ABSENT)
        return
    scoring(texts[:warm])
    began = time.perf_counter()
    scoring(texts[warm:])
    click.echo((len(texts) - warm) / (time.perf_counter() - began))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
