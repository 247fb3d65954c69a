"""The document as a table for people."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.figures import MEANINGS

WIDTH = 120  # characters, where it goes to a file


def show(console: Console, document: Mapping[str, Any]) -> None:
    """Print the figures, then the rates and the memory that they come from, then what failed."""
    if not console.is_terminal:
        console.width = WIDTH
    console.print(_figures(document))
    console.print(_numbers("comments per second", document["rates"], "not installed"))
    console.print(_numbers("peak memory, MB", document["peak_mb"], "not seen"))
    if document["ten_million"]:
        console.print(_numbers("ten times as many comments", _flat(document["ten_million"]), ""))
    for part, said in document["errors"].items():
        console.print(f"{part}: {said}", markup=False)


def _figures(document: Mapping[str, Any]) -> Table:
    table = Table(f"{document['comments']:,} comments", "", "")
    for name, meaning in MEANINGS.items():
        value = document[name]
        table.add_row(name, "" if value is None else f"{value:,.2f}", meaning)
    return table


def _numbers(title: str, numbers: Mapping[str, float | None], absent: str) -> Table:
    table = Table(title, "")
    for name, value in numbers.items():
        table.add_row(name, absent if value is None else f"{value:,.1f}")
    return table


def _flat(numbers: Mapping[str, Any]) -> dict[str, float | None]:
    """Put the figures by process into one line each."""
    found: dict[str, float | None] = {}
    for name, value in numbers.items():
        found |= {f"{name}: {which}": one for which, one in value.items()} if isinstance(value, dict) else {name: value}
    return found
