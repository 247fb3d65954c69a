"""`brandpulse models evaluate`: how right models are on labelled texts, one alone or several side by side."""

from collections.abc import Mapping
from pathlib import Path

import click

from cli import figures, labelled_files, output
from model_store import loading, vader
from model_store.finding import find
from model_store.prediction import Model
from model_store.training import answers, bootstrap, evaluation, labelled
from model_store.training.answers import Answers
from model_store.training.labelled import Labelled

LEAST_DRAWS = 100  # of fewer, the ends of the middle 95 % are the luck of a few


@click.command()
@click.argument("models", nargs=-1, metavar="[MODEL]...")
@click.option("--data", required=True, type=click.Path(path_type=Path), help="Labelled texts: CSV, TSV or Parquet.")
@click.option("--model", help="NAME or NAME@VERSION; else the setting BRANDPULSE_MODEL or the shipped default.")
@click.option("--compare", is_flag=True, help="Judge every MODEL on the same rows, and say whether they differ.")
@click.option("--vader", "with_vader", is_flag=True, help="Compare with VADER, run plain on the same rows.")
@click.option("--split", help="Only the rows of this split, as `test`.")
@click.option(
    "--map", "mapping", multiple=True, metavar="COLUMN=FIELD", help="Fields: text, sentiment, split, brand, source."
)
@click.option(
    "--draws",
    default=bootstrap.DRAWS,
    show_default=True,
    type=click.IntRange(min=0),
    help=f"Draws of the bootstrap, {LEAST_DRAWS} or more; 0 for no intervals.",
)
@output.json_option
def evaluate(
    *,
    models: tuple[str, ...],
    data: Path,
    model: str | None,
    compare: bool,
    with_vader: bool,
    split: str | None,
    mapping: tuple[str, ...],
    draws: int,
    as_json: bool,
) -> None:
    """Compare models with labelled texts.

    Accuracy, macro-F1 and AUC are over the positive and negative rows, by the side with the larger probability;
    macro-averaged recall is over all three classes. A text that the model skips counts as a wrong answer. Each figure
    has its 95 % interval; docs/evaluation.md says what all of them mean.

    \b
    brandpulse models evaluate --data own.csv --model imdb
    brandpulse models evaluate --data own.csv --compare imdb@1 mine@2 --vader
    """
    if models and not compare:
        raise click.UsageError("MODEL belongs to --compare; one model alone is named by --model NAME.")
    if 0 < draws < LEAST_DRAWS:
        raise click.UsageError(f"--draws is {LEAST_DRAWS} or more, or 0 for no intervals.")
    rows = labelled.read(data, labelled_files.mapped(mapping))
    rows = rows if split is None else rows.part(split)
    judged = _ask(_loaded(model, models, compare=compare, with_vader=with_vader), rows)
    with output.progress("Draws", draws) as on_draw:
        found = evaluation.judge(judged, rows, draws, on_draw)
    about = {"data": rows.name, "split": split}
    if len(judged) == 1:
        document = {**found["models"][0], **about}
        output.document(document) if as_json else figures.show(document)
    else:
        document = {**about, **found}
        output.document(document) if as_json else figures.show_compared(document)


def _loaded(model: str | None, models: tuple[str, ...], *, compare: bool, with_vader: bool) -> dict[str, Model]:
    """Load the models that are judged, by their names; one that is named twice is loaded once."""
    named = [*([model] if model else []), *models] if compare else [model]
    versions = {version.spec: version for version in map(find, named)}
    if compare and len(versions) + with_vader < len(("one", "other")):
        raise click.UsageError("--compare takes two models or more, as --compare imdb@1 mine@2, or one with --vader.")
    loaded: dict[str, Model] = {vader.NAME: vader.Vader()} if with_vader else {}
    return {**{spec: loading.load(version) for spec, version in versions.items()}, **loaded}


def _ask(models: Mapping[str, Model], rows: Labelled) -> dict[str, Answers]:
    judged = {}
    for name, model in models.items():
        with output.progress(name, len(rows.texts)) as on_done:
            judged[name] = answers.ask(model, rows, on_done)
    return judged
