"""How a file is read, as the user says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ingest import columns
from settings import errors

FORMATS = ("csv", "tsv", "json", "ndjson", "parquet")


@dataclass(frozen=True)
class Options:
    """How a file is read.

    Raises:
        errors.UnknownColumn: the mapping names a field that a comment does not have.
        errors.WrongInput: there is no such time zone or format.

    """

    #: of the rows that name none
    brand: str | None = None
    source: str | None = None
    #: column to field
    mapping: Mapping[str, str] = field(default_factory=dict)
    #: one of `FORMATS`; None finds it
    format: str | None = None
    #: of the times that name none
    timezone: str = "UTC"
    #: how 03/04/2026 is read; None makes it a reject
    day_first: bool | None = None
    #: longer texts are cut
    max_text_characters: int = 100_000

    def __post_init__(self) -> None:
        unknown = [name for name in self.mapping.values() if name not in columns.USUAL_NAMES]
        if unknown:
            known = ", ".join(columns.USUAL_NAMES)
            raise errors.UnknownColumn(f"A comment has no field {unknown[0]!r}; its fields are {known}.")
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise errors.WrongInput(
                f"There is no time zone {self.timezone!r}: name one as Europe/Berlin or America/New_York."
            ) from None
        if self.format not in {None, *FORMATS}:
            raise errors.WrongInput(f"There is no format {self.format!r}; those there are: {', '.join(FORMATS)}.")
