"""What the trials on PostgreSQL share: their command, a server, and where the result goes."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pyarrow as pa

from benchmarks import machine, pages, servers, texts
from settings import errors

#: a server's address, texts, and how many rows: paragraphs of Markdown
Measure = Callable[[str, pa.Array, int], Iterator[str]]


def command(module: str, measure: Measure, rows: int) -> click.Command:
    """Make the command of a trial."""

    @click.command(help=measure.__doc__)
    @click.option("--rows", type=click.IntRange(100), default=rows, show_default=True, help="How many rows a layout.")
    @click.option("--page", type=click.Path(path_type=Path, exists=True), help="Write the result to its place there.")
    @click.option("--data", type=click.Path(path_type=Path), default=texts.FOLDER, help="Folder of labelled sets.")
    @click.option("--folder", type=click.Path(path_type=Path, exists=True), help="Where temporary files go.")
    @click.option(
        "--database-url",
        envvar="BRANDPULSE_BENCH_DATABASE_URL",
        show_envvar=True,
        help="A PostgreSQL server; default: our own.",
    )
    def run(rows: int, page: Path | None, data: Path, folder: Path | None, database_url: str | None) -> None:
        def find() -> Iterator[str]:
            with (
                tempfile.TemporaryDirectory(prefix="brandpulse-trial-", dir=folder) as made,
                servers.postgres(database_url, Path(made)) as server,
            ):
                yield about(f"python -m {module} --rows {rows}", servers.settings(server))
                yield from measure(server, texts.comments(data), rows)

        tell(module, find, page)

    return run


def tell(module: str, find: Callable[[], Iterator[str]], page: Path | None) -> None:
    """Print paragraphs as they are found, and write them to a page; exit 1 with a sentence where that fails."""
    try:
        before, after = pages.around(page, module) if page else ("", "")
        found = []
        for paragraph in find():
            click.echo(f"{paragraph}\n")
            found.append(paragraph)
        if page:
            page.write_text("\n\n".join([before, *found, after]), encoding="utf-8")
    except errors.BrandpulseError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)


def about(command_line: str, settings: dict[str, str]) -> str:
    """Say what figures were taken on, and by which command."""
    on = machine.described()
    values = "".join(f", `{name} = {value}`" for name, value in settings.items())
    size = f"{on['cores']} cores, {on['memory_gb']} GB of memory"
    return f"`{command_line}` on {str(on['measured_at'])[:10]}: {size}{values}."
