"""`brandpulse score`: what a model says of texts, here and now; no database needed."""

import sys
from typing import Any

import click
from rich.table import Column, Table
from rich.text import Text

from cli import output
from model_store import loading
from model_store.explanation import Explanation
from model_store.finding import find
from model_store.prediction import SKIP_REASONS, label_codes

SHOWN = 12  # words and runs of words of one text; JSON holds all of them


@click.command()
@click.argument("texts", nargs=-1, metavar="[TEXT]...")
@click.option("--model", help="NAME or NAME@VERSION; else the setting BRANDPULSE_MODEL or the shipped default.")
@click.option("--brand", "brand", multiple=True, help="Name or handle of the brand, to be masked; may be repeated.")
@click.option("--explain", "is_explained", is_flag=True, help="Name the words that moved each score.")
@output.json_option
def score(
    *, texts: tuple[str, ...], model: str | None, brand: tuple[str, ...], is_explained: bool, as_json: bool
) -> None:
    """Score texts; no database needed.

    Each TEXT, or each line of standard input, is one comment. With --explain, each word and run of words comes with
    what it adds to the logit, log(p_positive / p_negative); exact for the recipe `fast`, where they add up to it, and
    for the others what the logit loses without the word.
    """
    given = list(texts) or _lines()
    if not given:
        raise click.UsageError("Give texts as arguments, or one a line on standard input.")
    found = _scores(given, model, brand, is_explained=is_explained)
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


def _scores(texts: list[str], model: str | None, brand: tuple[str, ...], *, is_explained: bool) -> list[dict[str, Any]]:
    loaded = loading.load(find(model))
    brands = [brand] * len(texts)
    answered = loaded.predict(texts, brands)
    explanations = map(_explanation, loaded.explain(texts, brands)) if is_explained else [{}] * len(texts)
    codes = label_codes(answered, loaded.thresholds).tolist()
    sides = (answered.p_negative.tolist(), answered.p_positive.tolist())
    rows = zip(texts, codes, *sides, answered.skip_reason, answered.member, explanations, strict=True)
    return [
        {
            "text": text,
            "label": None if reason else ("negative", "neutral", "positive")[code + 1],
            "p_negative": None if reason else negative,
            "p_positive": None if reason else positive,
            "skip_reason": reason,
            **({"member": member} if member else {}),
            **explanation,
        }
        for text, code, negative, positive, reason, member, explanation in rows
    ]


def _explanation(found: Explanation) -> dict[str, Any]:
    return {
        "explanation": {
            "logit": found.logit,
            "bias": found.bias,
            "exact": found.exact,
            "parts": [part._asdict() for part in found.parts],
        }
    }


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
    for row in found:
        if "explanation" in row and not row["skip_reason"]:
            _print_explanation(row["text"], row["explanation"])


def _print_explanation(text: str, found: dict[str, Any]) -> None:
    """Show the parts that moved most, what the others come to, and the sum."""
    shown, others = found["parts"][:SHOWN], found["parts"][SHOWN:]
    title = "adds to the logit" if found["exact"] else "moves the logit, about"
    table = Table("words", Column(title, justify="right"), title=Text(text), title_justify="left")
    for part in shown:
        table.add_row(Text(part["words"]), _signed(part["logit"]))
    if found["exact"]:
        if others:
            table.add_row(f"{len(others)} others", _signed(sum(part["logit"] for part in others)))
        table.add_row("bias", _signed(found["bias"]))
    table.add_section()
    table.add_row("logit", _signed(found["logit"]))
    output.console().print(table)


def _signed(logit: float) -> Text:
    return Text(f"{logit:+.3f}", style="green" if logit > 0 else "red")
