"""Read a file, standard input or rows from Python: the columns found, and comments and rejects one by one."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path

from ingest import columns, delimited, dialect, json_rows, opening, parquet
from ingest.cleaning import Cleaner
from ingest.options import Options
from ingest.rows import Block, Broken, Comment, Raw, Reject, block, shortened
from settings import errors

FIRST_ROWS = 100  # of formats without a header: their columns are those of the first rows


class Reading:
    """A source that is being read: what was found out about it, and its rows, once."""

    def __init__(self, name: str, file_format: str, rows: Iterator[Raw | Broken], options: Options) -> None:
        self.name = name
        self.format = file_format
        self.encoding: str | None = None
        self.sha256 = sha256(name.encode()).hexdigest()
        self.columns: list[str] = []
        self._opened: opening.Opened | None = None
        self._rows = rows
        self._options = options
        self._fields: dict[tuple[str, ...], dict[str, str]] = {}

    @property
    def mapping(self) -> dict[str, str]:
        """The columns that hold a field, column to field."""
        chosen = columns.choose(self.columns, self._options.mapping)
        return {column: field for field, column in chosen.items()}

    def rows(self) -> Iterator[Comment | Reject]:
        """Give the rows as comments and rejects, in the order of the source, each once."""
        cleaner = Cleaner(self._options)
        record = 0
        try:
            for record, row in enumerate(self._rows, 1):
                if isinstance(row, Broken):
                    yield Reject(record, row.line, row.code, row.reason, shortened(row.content))
                else:
                    yield cleaner.clean(row, record, self._columns_of(row))
        except UnicodeError as error:
            yield Reject(
                record + 1, None, "encoding", f"From here on the file is no text in its encoding: {error}.", None
            )
        fault = self._opened.fault() if self._opened else None
        if fault is not None:
            yield Reject(record + 1, None, "truncated", f"What follows is lost, {fault}.", None)

    def blocks(self, rows: int) -> Iterator[Block]:
        """Give the rows in blocks of so many."""
        single = self.rows()
        while some := list(islice(single, rows)):
            yield block(some)

    def position_bytes(self) -> int:
        """Tell how much of the file was read, compressed as it is."""
        return self._opened.position_bytes() if self._opened else 0

    def _columns_of(self, row: Raw) -> dict[str, str]:
        names = tuple(row.values)
        found = self._fields.get(names)
        if found is None:
            found = self._fields[names] = columns.choose(names, self._options.mapping)
        return found

    def _look_ahead(self) -> None:
        """Find the columns of a source without a header, by its first rows."""
        first = list(islice(self._rows, FIRST_ROWS))
        self.columns = list(dict.fromkeys(name for row in first if isinstance(row, Raw) for name in row.values))
        self._rows = chain(first, self._rows)


@contextmanager
def open_file(path: Path | str, options: Options) -> Iterator[Reading]:
    """Open a file, or standard input where the path is `-`.

    Raises:
        errors.UnreadableFile: nothing can be read from it.
        errors.UnknownColumn: it has no column for the text, or not one that the options name.

    """
    opened = opening.Opened(path)
    try:
        yield _parquet(opened, options) if _is_parquet(opened, options) else _text(opened, options)
    finally:
        opened.close()


def read_mappings(rows: Iterable[Mapping[str, object]], options: Options, name: str) -> Reading:
    """Read rows from Python code; raises as `open_file` does."""
    reading = Reading(name, "list", (Raw(None, dict(row)) for row in rows), options)
    reading._look_ahead()  # noqa: SLF001 - this module's own
    if reading.columns:
        columns.check(reading.columns, options.mapping, name)
    return reading


def _is_parquet(opened: opening.Opened, options: Options) -> bool:
    return options.format == "parquet" or (options.format is None and opened.magic.startswith(b"PAR1"))


def _parquet(opened: opening.Opened, options: Options) -> Reading:
    file = parquet.open_file(opened.file, opened.name)
    reading = Reading(opened.name, "parquet", parquet.rows(file, opened.name), options)
    reading.columns = list(file.schema_arrow.names)
    if any(str(field.type).startswith("struct") for field in file.schema_arrow):
        reading._look_ahead()  # noqa: SLF001 - this module's own
    return _checked(reading, opened, options)


def _text(opened: opening.Opened, options: Options) -> Reading:
    sample = opened.sample()
    if not sample.strip():
        raise errors.UnreadableFile(f"{opened.name} is {'empty' if opened.fault() is None else opened.fault()}.")
    encoding = opening.encoding(sample, opened.name)
    beginning = sample.decode(encoding, "ignore")
    if "\0" * 2 in beginning:
        raise errors.UnreadableFile(f"{opened.name} is no text: export the comments as CSV, JSON or Parquet.")
    file_format = options.format or _format(beginning)
    text = opened.text(encoding)
    if file_format in {"json", "ndjson"}:
        rows = json_rows.array(text) if file_format == "json" else json_rows.lines(text)
        reading = Reading(opened.name, file_format, rows, options)
        reading._look_ahead()  # noqa: SLF001 - this module's own
    else:
        found = dialect.find(
            beginning.splitlines(keepends=True), options.mapping, opened.name, "\t" if file_format == "tsv" else None
        )
        for _ in range(found.skip_lines):
            next(text)
        file_format = "tsv" if found.delimiter == "\t" else "csv"
        reading = Reading(opened.name, file_format, delimited.rows(text, found), options)
        reading.columns = found.header
    reading.encoding = encoding
    return _checked(reading, opened, options)


def _checked(reading: Reading, opened: opening.Opened, options: Options) -> Reading:
    columns.check(reading.columns, options.mapping, opened.name)
    reading.sha256, reading._opened = opened.sha256, opened  # noqa: SLF001 - this module's own
    return reading


def _format(beginning: str) -> str:
    """Tell CSV, JSON and NDJSON apart by the first characters."""
    start = beginning.lstrip()
    if start.startswith("["):
        return "json"
    if not start.startswith("{"):
        return "csv"
    # One object over many lines, or with an array inside, holds the rows; else each line is a row.
    first_line = start.splitlines()[0]
    try:
        json_rows.decode(first_line)
    except ValueError:
        return "json" if json_rows.begins_array(start) else "ndjson"
    return "ndjson" if "\n" in start.strip() or not json_rows.begins_array(start) else "json"
