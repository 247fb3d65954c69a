"""Read a file, standard input or rows from Python: the columns found, and comments and rejects."""

import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from ingest import columns, dialect, json_arrays, json_rows, opening, parquet, regrouping
from ingest.cleaning import Cleaner
from ingest.column_cleaning import ColumnCleaner
from ingest.delimited_source import DelimitedSource
from ingest.options import Options
from ingest.pieces import RowSource, Source
from ingest.rows import Block, Broken, Comment, Raw, Reject, block, reject
from ingest.supply import Supply
from settings import errors

T = TypeVar("T")


class Reading:
    """A source that is being read: what was found out about it, and its rows, once."""

    def __init__(self, name: str, file_format: str, source: Source, options: Options) -> None:
        self.name = name
        self.format = file_format
        self.encoding: str | None = None
        self.sha256 = sha256(name.encode()).hexdigest()
        self.columns: list[str] = []
        self._opened: opening.Opened | None = None
        self._broken: UnicodeError | None = None
        self._source = source
        self._options = options
        self._cleaner = Cleaner(options)

    @property
    def mapping(self) -> dict[str, str]:
        """The columns that hold a field, column to field."""
        return {column: field for field, column in self._cleaner.fields(tuple(self.columns)).items()}

    def rows(self) -> Iterator[Comment | Reject]:
        """Give the rows as comments and rejects, in the order of the source, each once."""
        record = 0
        for record, row in enumerate(self._unbroken(self._source.rows()), 1):
            yield self._cleaner.clean(row, record)
        yield from self._faults(record)

    def blocks(self, rows: int) -> Iterator[Block]:
        """Give the same comments and rejects in blocks of so many rows each, the last one fewer."""
        return regrouping.of_size(self._blocks(), rows)

    def position_bytes(self) -> int:
        """Tell how much of the file was read, compressed as it is."""
        return self._opened.position_bytes() if self._opened else 0

    def _blocks(self) -> Iterator[Block]:
        """Give blocks as they come."""
        cleaner = ColumnCleaner(self._options, self._cleaner)
        read = 0
        for piece in self._unbroken(self._source.pieces()):
            made = cleaner.clean(piece, read + 1)
            del piece  # its rows would be held while the next ones are read
            yield made
            read += made.read
        yield block(list(self._faults(read)))

    def _unbroken(self, parts: Iterator[T]) -> Iterator[T]:
        """Give what there is before the source ends to be a text."""
        try:
            yield from parts
        except UnicodeError as error:
            self._broken = error

    def _faults(self, read: int) -> Iterator[Reject]:
        """Tell what ended the source early, after so many rows."""
        lost = self._opened.fault() if self._opened else None
        faults = [
            ("encoding", self._broken and f"From here on the file is no text in its encoding: {self._broken}."),
            ("truncated", lost and f"What follows is lost, {lost}."),
        ]
        for record, (code, reason) in enumerate((found for found in faults if found[1]), read + 1):
            yield reject(record, None, code, str(reason), None)


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
    source = RowSource(Raw(None, dict(row)) for row in rows)
    reading = Reading(name, "list", source, options)
    reading.columns = source.columns()
    if reading.columns:
        columns.check(reading.columns, options.mapping, name)
    return reading


def _is_parquet(opened: opening.Opened, options: Options) -> bool:
    return options.format == "parquet" or (options.format is None and opened.magic.startswith(b"PAR1"))


def _parquet(opened: opening.Opened, options: Options) -> Reading:
    source = parquet.open_file(opened.file, opened.name)
    reading = Reading(opened.name, "parquet", source, options)
    reading.columns = source.columns()
    return _checked(reading, opened, options)


def _text(opened: opening.Opened, options: Options) -> Reading:
    sample = opened.sample()
    if not sample.strip():
        fault = opened.fault()
        raise errors.UnreadableFile(
            f"{opened.name} is empty." if fault is None else f"{opened.name} cannot be read: {fault}."
        )
    encoding = opening.encoding(sample, opened.name)
    beginning = sample.decode(encoding, "ignore")
    if "\0" * 2 in beginning:
        raise errors.UnreadableFile(f"{opened.name} is no text: export the comments as CSV, JSON or Parquet.")
    file_format = options.format or _format(beginning)
    if file_format in {"json", "ndjson"}:
        source = RowSource(_objects(opened, encoding, file_format, beginning, options))
        reading = Reading(opened.name, file_format, source, options)
        reading.columns = source.columns()
    else:
        # Lines as reading counts them, not as `str.splitlines` does.
        lines = list(io.StringIO(beginning, newline=""))
        found = dialect.find(lines, options.mapping, opened.name, "\t" if file_format == "tsv" else None)
        if found.skip_lines == len(lines) and len(sample) == opening.SAMPLE_BYTES:
            raise errors.UnreadableFile(
                f"{opened.name} has a header of more than {opening.SAMPLE_BYTES:,} bytes: leave out columns."
            )
        file_format = "tsv" if found.delimiter == "\t" else "csv"
        reading = Reading(opened.name, file_format, DelimitedSource(opened, encoding, found), options)
        reading.columns = found.header
    reading.encoding = encoding
    return _checked(reading, opened, options)


def _objects(
    opened: opening.Opened, encoding: str, file_format: str, beginning: str, options: Options
) -> Iterator[Raw | Broken]:
    if file_format == "ndjson":
        return json_rows.lines(Supply(opened.utf8(encoding)))
    text = opened.text(encoding)
    is_array = json_arrays.begins_array(beginning)
    return json_arrays.rows(text, options.mapping) if is_array else json_rows.elements(text)


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
    except (ValueError, RecursionError):
        return "json" if json_arrays.begins_array(start) else "ndjson"
    return "ndjson" if "\n" in start.strip() or not json_arrays.begins_array(start) else "json"
