"""What commands print: documents for machines on standard output, everything else for people."""

import io
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeVar

import click
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from cli.terminal import Terminal
from reporting.controls import shown
from settings import errors, whole_files

Command = TypeVar("Command", bound=Callable[..., Any])
Say = Callable[..., None]  # prints to standard output, or beside a JSON document to standard error
SLOW_SECONDS = 1.0  # what takes longer shows a progress bar


def json_option(command: Command) -> Command:
    """Give a command `--json`, which reaches it as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document, for machines.")(command)


def document(content: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """Print one JSON document on standard output."""
    click.echo(as_json(content))


def said(content: Any, sentence: str, as_json: bool) -> None:  # noqa: ANN401 - as above
    """Print a document for machines, or a sentence for people."""
    if as_json:
        document(content)
    else:
        say(sentence)


def say(sentence: str, *, err: bool = False) -> None:
    """Print a sentence for people, whatever is named in it."""
    click.echo(shown(sentence), err=err)


def as_json(content: Any) -> str:  # noqa: ANN401 - as above
    """Write what JSON can hold; times and paths as text."""
    written = json.dumps(content, ensure_ascii=False, indent=2, default=str)
    return written.encode("utf-8", "backslashreplace").decode()  # half a character, as JSON writes it


def console(*, stderr: bool = False, file: IO[str] | None = None) -> Terminal:
    """Make the console that tables are printed on."""
    return Terminal(stderr=stderr, file=file)


@contextmanager
def written(path: Path) -> Iterator[IO[bytes]]:
    """Open the file that `--out` names; it is there, whole, once the block has ended well.

    Raises:
        errors.WrongInput: it cannot be written.

    """
    try:
        with whole_files.opened(path) as file:
            yield file
    except OSError as error:
        said = error.strerror or error
        raise errors.WrongInput(f"{path} cannot be written: {said}. Name another place by --out.") from None


@contextmanager
def written_text(path: Path, encoding: str = "utf-8") -> Iterator[IO[str]]:
    """Open it for text; otherwise as `written`."""
    with written(path) as file, io.TextIOWrapper(file, encoding, newline="") as text:
        yield text


@contextmanager
def progress(what: str, total: float | None = None) -> Iterator[Callable[[float], None]]:
    """Show a bar on a terminal while the block runs; yields a function that takes what was done so far.

    Nothing is shown where standard error is no terminal, nor in the first second.
    """
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    started = time.monotonic()
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
        console=console(stderr=True),
    ) as bar:
        task = bar.add_task(what, total=total, visible=False)
        yield lambda done: bar.update(task, completed=done, visible=time.monotonic() - started > SLOW_SECONDS)
