"""`brandpulse score`: what a model says of texts, here and now; no database needed."""

import sys
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from cli import output
from cli.versions import find
from model_store import loading
from model_store.prediction import SKIP_REASONS, label_codes


@click.command()
@click.argument("texts", nargs=-1, metavar="[TEXT]...")
@click.option("--model", help="NAME or NAME@VERSION; else the setting BRANDPULSE_MODEL or the shipped default.")
@click.option("--brand", "brand", multiple=True, help="Name or handle of the brand, to be masked; may be repeated.")
@output.json_option
def score(texts: tuple[str, ...], model: str | None, brand: tuple[str, ...], as_json: bool) -> None:
    """Score texts; no database needed.

    Each TEXT, or each line of standard input, is one comment.
    """
    given = list(texts) or _lines()
    if not given:
        raise click.UsageError("Give texts as arguments, or one a line on standard input.")
    found = _scores(given, model, brand)
    if as_json:
        output.document(found)
    else:
        _print(found)


def _lines() -> list[str]:
    """Read standard input; a line without text is no comment."""
    if sys.stdin.isatty():
        return []
    # By bytes: what a terminal's locale says of encodings is nothing that comments keep to.
    lines = sys.stdin.buffer.read().decode("utf-8", errors="replace").split("\n")
    return [line.rstrip("\r") for line in lines if line.strip()]


def _scores(texts: list[str], model: str | None, brand: tuple[str, ...]) -> list[dict[str, Any]]:
    loaded = loading.load(find(model))
    answered = loaded.predict(texts, [brand] * len(texts))
    codes = label_codes(answered, loaded.thresholds).tolist()
    rows = zip(
        texts, codes, answered.p_negative.tolist(), answered.p_positive.tolist(), answered.skip_reason, strict=True
    )
    return [
        {
            "text": text,
            "label": None if reason else ("negative", "neutral", "positive")[code + 1],
            "p_negative": None if reason else negative,
            "p_positive": None if reason else positive,
            "skip_reason": reason,
        }
        for text, code, negative, positive, reason in rows
    ]


def _print(found: list[dict[str, Any]]) -> None:
    table = Table("text", "label", "negative", "positive")
    colours = {"positive": "green", "negative": "red", "neutral": ""}
    for row in found:
        if row["skip_reason"]:
            table.add_row(Text(row["text"]), SKIP_REASONS[row["skip_reason"]], "", "")
            continue
        label = Text(row["label"], style=colours[row["label"]])
        table.add_row(Text(row["text"]), label, f"{row['p_negative']:.3f}", f"{row['p_positive']:.3f}")
    output.console().print(table)
