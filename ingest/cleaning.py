"""From a row to a comment: fields found, texts cleaned, times read; or to a reject that says why not."""

import json
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ingest import columns, times
from ingest.options import Options
from ingest.rows import Broken, Comment, Raw, Reject, reject

#: Why a row is no comment, by its code; docs/ingest.md says what to do.
CODES = (
    *("quote", "fields", "json", "truncated", "encoding", "nul", "long_row"),
    *("empty_text", "deleted", "time", "long_id"),
)
UNKNOWN = "unknown"
DELETED = {"[deleted]", "[removed]"}
LONGEST_ID_CHARACTERS = 1_000
#: Of a brand or source: PostgreSQL keeps at most 2,704 bytes in an index.
LONGEST_NAME_CHARACTERS = 200
#: Sets of columns that are remembered, and the letters of one: rows of JSON may each bring a name of their own.
KNOWN_SETS, KNOWN_LETTERS = 1_000, 10_000
#: Bound by what a database counts in.
MOST_LIKES = 2**62
#: Marks, spaces and controls: alone they are no text. Emoji are symbols, and are one.
INVISIBLE = {"Cc", "Cf", "Zs", "Zl", "Zp", "Cs", "Mn", "Me"}
INVISIBLE_LETTERS = "\u2800\u3164\u115f\u1160\uffa0"  # blanks that Unicode counts among letters and symbols
_ENCODER = json.JSONEncoder(ensure_ascii=False, default=str, allow_nan=False)


class NoComment(ValueError):
    """A row cannot become a comment: its code and the reason."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class Cleaner:
    """Turns the rows of one file to comments."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._time = times.reader(options.timezone, options.day_first)
        self._fields: dict[tuple[str, ...], dict[str, str]] = {}

    def fields(self, names: tuple[str, ...]) -> dict[str, str]:
        """Name the column of each field, where those are the columns there are."""
        found = self._fields.get(names)
        if found is None:
            found = columns.choose(names, self._options.mapping)
            if sum(map(len, names)) <= KNOWN_LETTERS:
                if len(self._fields) >= KNOWN_SETS:
                    self._fields.clear()
                self._fields[names] = found
        return found

    def clean(self, row: Raw | Broken, record: int) -> Comment | Reject:
        """Make a comment of a row."""
        if isinstance(row, Broken):
            return reject(record, row.line, row.code, row.reason, row.content)
        try:
            return self._comment(row, record, self.fields(tuple(row.values)))
        except NoComment as error:
            return reject(record, row.line, error.code, str(error), _content(row))

    def _comment(self, row: Raw, record: int, fields: Mapping[str, str]) -> Comment:
        values = row.values

        def value(field: str) -> Any:  # noqa: ANN401 - whatever the format holds
            column = fields.get(field)
            return None if column is None else values.get(column)

        text, whole_length = self._text(value("text"))
        number, number_kept = likes(value("likes"))
        used = set(fields.values()) - ({fields["likes"]} if number_kept else set())
        made = Comment(
            record,
            row.line,
            self.brand(value("brand")),
            self.source(value("source")),
            _identity(value("external_id"), "external_id"),
            _identity(value("parent_id"), "parent_id"),
            _identity(value("author"), "author"),
            text,
            self.moment(value("posted_at")),
            string(value("language")),
            number,
            string(value("url")),
            extra({column: found for column, found in values.items() if column not in used}),
            whole_length,
        )
        check_characters(made)
        return made

    def brand(self, value: object) -> str:
        """Give the brand; empty ones are filled."""
        return _name(string(value) or self._options.brand or UNKNOWN, "brand")

    def source(self, value: object) -> str:
        """Give the source; empty ones are filled."""
        return _name((string(value) or self._options.source or UNKNOWN).lower(), "source")

    def moment(self, value: object) -> datetime | None:
        """Read a time; raises `NoComment`."""
        try:
            return self._time(value)
        except times.Unreadable as error:
            raise NoComment("time", str(error)) from None

    def _text(self, value: object) -> tuple[str, int | None]:
        """Give the text, and the length of the whole where it was cut."""
        text = "" if value is None else str(value).strip()
        if text in DELETED:
            raise NoComment("deleted", f"The text is {text}: it was deleted before the export.")
        if not text or not is_visible(text):
            raise NoComment("empty_text", "The text is empty or holds nothing that can be seen.")
        most = self._options.max_text_characters
        return (text, None) if len(text) <= most else (text[:most], len(text))


def is_visible(text: str) -> bool:
    """Tell whether there is anything to see in a text."""
    # Nearly every text shows it by its first character.
    return any(c not in INVISIBLE_LETTERS and unicodedata.category(c) not in INVISIBLE for c in text)


def string(value: object) -> str | None:
    """Give a value as a string, None where it is empty."""
    if value is None:
        return None
    if isinstance(value, float):
        if value != value:  # noqa: PLR0124 - not a number is an empty cell
            return None
        # A table program makes 12.0 of the id 12.
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value).strip() or None


def _identity(value: object, field: str) -> str | None:
    found = string(value)
    return None if found is None else _at_most(LONGEST_ID_CHARACTERS, found, field)


def _name(found: str, field: str) -> str:
    return _at_most(LONGEST_NAME_CHARACTERS, found, field)


def _at_most(longest: int, found: str, field: str) -> str:
    if len(found) > longest:
        raise NoComment("long_id", f"The {field} has {len(found):,} characters; at most {longest:,} can be kept.")
    return found


def likes(value: object) -> tuple[int | None, bool]:
    """Read a count, and tell whether the value has to be kept beside because it is none."""
    text = string(value)
    if text is None:
        return None, False
    try:
        number = int(text.replace(",", "").removesuffix(".0"))
    except ValueError:
        return None, True
    return (None, True) if abs(number) > MOST_LIKES else (number, False)


def as_json(value: object) -> str:
    """Write JSON; raises ValueError at a number that JSON has no word for."""
    return _ENCODER.encode(value)


def check_characters(values: Iterable[object]) -> None:
    """Refuse what no database takes: NUL, and bytes that are no character in the file's encoding."""
    for value in values:
        if isinstance(value, str) and not (value.isascii() and "\0" not in value):
            if "\0" in value:
                raise NoComment("nul", "The row holds the character NUL, which no database keeps.")
            try:
                value.encode()
            except UnicodeEncodeError:
                raise NoComment(
                    "encoding", "The row holds bytes that are no character in the encoding of the file."
                ) from None


def checked(value: str | None) -> str | None:
    """Give a value that a database takes; raises `NoComment` at others."""
    check_characters([value])
    return value


def extra(values: Mapping[str, Any]) -> str | None:
    """Keep what is beside the fields, where it holds something, as JSON."""
    rest = {column: value for column, value in values.items() if value not in (None, "")}
    if not rest:
        return None
    try:
        return as_json(rest)
    except ValueError:  # tables made with pandas are full of NaN
        plain = json.loads(json.dumps(rest, default=str), parse_constant=str)
        return json.dumps(plain, ensure_ascii=False)


def _content(row: Raw) -> str:
    return row.content if row.content is not None else json.dumps(row.values, ensure_ascii=False, default=str)
