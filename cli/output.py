"""What commands print: documents for machines on standard output, everything else for people."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from rich.console import Console

Command = TypeVar("Command", bound=Callable[..., Any])
SLOW_SECONDS = 1.0  # what takes longer shows a progress bar


def json_option(command: Command) -> Command:
    """Give a command `--json`, which reaches it as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document, for machines.")(command)


def document(content: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """Print one JSON document on standard output."""
    click.echo(json.dumps(content, ensure_ascii=False, indent=2, default=str))


def console(*, stderr: bool = False) -> "Console":
    """Make the console that tables are printed on."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False)


@contextmanager
def progress(what: str, total: float | None = None) -> Iterator[Callable[[float], None]]:
    """Show a bar on a terminal while the block runs; yields a function that takes what was done so far.

    Nothing is shown where standard error is no terminal, nor in the first second.
    """
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    import time

    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    started = time.monotonic()
    with Progress(
        TextColumn(what),
        BarColumn(),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
        console=console(stderr=True),
    ) as bar:
        task = bar.add_task(what, total=total, visible=False)
        yield lambda done: bar.update(task, completed=done, visible=time.monotonic() - started > SLOW_SECONDS)
