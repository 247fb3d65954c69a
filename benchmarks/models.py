"""Judge every shipped model, and VADER, on every labelled set, and write the table of docs/models.md.

    python -m benchmarks.models FOLDER

FOLDER holds the sets below as Parquet files; those that are not there are named under the table. Nothing here trains or
chooses anything. Read from top to bottom: the sets, the papers, the table, the command.
"""

import os
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import click

from benchmarks import pages
from cli import output
from model_store import loading, shipped, vader
from model_store.artefact import Artefact
from model_store.prediction import Model
from model_store.training import answers, evaluation, labelled
from settings import errors

PAGE = Path(__file__).parents[1] / "docs" / "models.md"
MODULE = "benchmarks.models"


class Set(NamedTuple):
    """Rows to judge by."""

    title: str
    file: str
    #: the official part that is kept for judging; None where the set has no parts
    split: str | None = None


SETS = (
    Set("IMDB, test", "imdb.parquet", "test"),
    Set("TweetEval sentiment, validation", "tweeteval_sentiment.parquet", "validation"),
    Set("TweetEval sentiment, test", "tweeteval_sentiment.parquet", "test"),
    Set("Sentiment140, test", "sentiment140_test.parquet", "test"),
    Set("SST-2, test", "sst2.parquet", "test"),
    Set("Entity tweets, validation", "twitter_entity.parquet", "validation"),
    Set("Alexa reviews", "amazon_alexa.parquet"),
    Set("Product tweets", "crowdflower_product_brands.parquet"),
    Set("YouTube comments", "youtube_comments.parquet"),
)


class Paper(NamedTuple):
    """A figure that others published, in per cent."""

    title: str
    model: str
    figure: str
    percent: float


BARBIERI = "Barbieri et al. 2020"
LEADERBOARD = "TweetEval's leaderboard"
PAPERS = (
    Paper("IMDB, test", "averaged word vectors", "accuracy", 88.9),
    Paper("IMDB, test", "NB-SVM, bigrams (Wang and Manning 2012)", "accuracy", 91.2),
    Paper("IMDB, test", "BERT-base, about", "accuracy", 94.0),
    Paper("TweetEval sentiment, test", f"SVM ({BARBIERI})", "macro_recall", 62.9),
    Paper("TweetEval sentiment, test", f"fastText ({BARBIERI})", "macro_recall", 62.9),
    Paper("TweetEval sentiment, test", f"BiLSTM ({BARBIERI})", "macro_recall", 58.3),
    Paper("TweetEval sentiment, test", f"RoBERTa-base ({BARBIERI})", "macro_recall", 71.3),
    Paper("TweetEval sentiment, test", f"RoBERTa, retrained on tweets ({BARBIERI})", "macro_recall", 72.8),
    Paper("TweetEval sentiment, test", f"BERTweet ({LEADERBOARD})", "macro_recall", 73.4),
    Paper("TweetEval sentiment, test", f"TimeLMs ({LEADERBOARD})", "macro_recall", 73.7),
)

HEADER = (
    *("set", "model", "rows: positive / negative / neutral", "accuracy, %", "macro-F1", "AUC"),
    *("macro-averaged recall, %", "calibration error", "positive share, counted less true", "comments per second"),
)
NOTES = """\
In brackets: 95 % intervals. *In italics: the figures of papers, read and not measured here.* † The version has learnt
from this very set: the row shows how well it knows it, not how good it is. TweetEval's validation split is where
thresholds may be tuned, so a version may look better there than it is. The labels of the Alexa reviews come from stars,
those of the YouTube comments are of unknown origin. VADER runs on the plain text, and gives no probabilities whose
calibration could be measured. How each figure is computed: [evaluation.md](evaluation.md)."""


def table(folder: Path) -> str:
    """Judge all models on all sets of a folder and write what came out as Markdown.

    Raises:
        errors.NotFound: the folder holds none of the sets.

    """
    there = [one for one in SETS if (folder / one.file).exists()]
    if not there:
        raise errors.NotFound(f"{folder} holds none of the sets: {', '.join(sorted({one.file for one in SETS}))}.")
    versions = shipped.versions()
    models: dict[str, Model] = {version.spec: loading.load(version) for version in versions}
    models[vader.NAME] = vader.Vader()
    lines = [HEADER, ("---",) * len(HEADER)]
    for one in there:
        lines += [*measured(one, folder, models, versions), *_published(one)]
    missing = [one.title for one in SETS if one not in there]
    about = [_machine(), NOTES, *map(_learnt, versions), *([f"Not at hand: {'; '.join(missing)}."] if missing else [])]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n\n" + "\n\n".join(about) + "\n"


def measured(
    one: Set, folder: Path, models: Mapping[str, Model], versions: Sequence[Artefact]
) -> Iterator[tuple[str, ...]]:
    """Judge models on a set: a line each."""
    rows = labelled.read(folder / one.file)
    rows = rows if one.split is None else rows.part(one.split)
    judged = {}
    for name, model in models.items():
        with output.progress(f"{one.title}: {name}", len(rows.texts)) as on_done:
            judged[name] = answers.ask(model, rows, on_done)
    seen = {version.spec for version in versions if one.split is None and one.file in _names(version)}
    for found in evaluation.judge(judged, rows)["models"]:
        yield _line(one.title, found["model"] + (" †" if found["model"] in seen else ""), found)


def _line(title: str, model: str, found: Mapping[str, Any]) -> tuple[str, ...]:
    neutral = sum(found["confusion"]["neutral"].values())
    off = found["difference"]
    return (
        title,
        model,
        f"{found['n']['positive']:,} / {found['n']['negative']:,} / {neutral:,}",
        _percent(found, "accuracy"),
        _number(found["macro_f1"]),
        _number(found["auc"]),
        _percent(found, "macro_recall"),
        _number(found["calibration_error"]),
        "" if off is None else f"{100 * off:+.1f}",
        f"{found['comments_per_second']:,.0f}",
    )


def _published(one: Set) -> Iterator[tuple[str, ...]]:
    for paper in PAPERS:
        if paper.title == one.title:
            figure = f"*{paper.percent:.1f}*"
            accuracy, recall = (figure, "") if paper.figure == "accuracy" else ("", figure)
            yield (paper.title, f"*{paper.model}*", "", accuracy, "", "", recall, "", "", "")


def _percent(found: Mapping[str, Any], name: str) -> str:
    if found[name] is None:
        return ""
    interval = found["intervals"][name]
    within = f" [{100 * interval[0]:.1f}, {100 * interval[1]:.1f}]" if interval else ""
    return f"{100 * found[name]:.1f}{within}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _learnt(version: Artefact) -> str:
    """Say what a version has learnt from."""
    parts = [f"`{data['name']}` ({_rows(data['rows'])})" for data in version.card["data"]]
    return f"`{version.spec}` has learnt from {', '.join(parts)}."


def _rows(rows: Mapping[str, int]) -> str:
    return ", ".join(f"{part} {count:,}" for part, count in rows.items() if part != "test")


def _names(version: Artefact) -> set[str]:
    """Name the files that a version, or a member of it, has learnt from."""
    members = (shipped.find(one["spec"]) for one in version.card.get("members", {}).values())
    return {data["name"] for one in (version, *members) for data in one.card["data"]}


def _machine() -> str:
    return (
        f"Measured by `python -m benchmarks.models FOLDER` on {datetime.now(UTC):%Y-%m-%d} with brandpulse "
        f"{metadata.version('brandpulse')} on {os.cpu_count()} cores ({platform.machine()})."
    )


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--page", type=click.Path(path_type=Path, exists=True), default=PAGE, help="Default: docs/models.md.")
def main(folder: Path, page: Path) -> None:
    """Judge every shipped model, and VADER, on the sets of FOLDER, and write the table."""
    try:
        before, after = pages.around(page, MODULE)
        page.write_text(f"{before}\n\n{table(folder)}\n{after}", encoding="utf-8")
    except errors.BrandpulseError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
