"""Labelled texts out of a CSV, TSV or Parquet file; nothing is guessed, and what is left out is counted."""

import csv
import dataclasses
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_store import masking
from settings import errors

#: The fields and the names that their columns usually bear.
COLUMNS = {
    "text": ("text", "comment", "review", "content", "tweet"),
    "sentiment": ("sentiment", "label"),
    "split": ("split",),
    "brand": ("brand",),
    "source": ("source", "platform", "network"),
}
REQUIRED = ("text", "sentiment")
LABELS = {"negative": -1, "neg": -1, "neutral": 0, "neu": 0, "positive": 1, "pos": 1}
_SEPARATORS = {".csv": ",", ".tsv": "\t"}


# Compared by identity: what is made out of a set is then kept with it.
@dataclass(frozen=True, eq=False)
class Labelled:
    """Texts and what people say of them, row by row."""

    name: str
    sha256: str
    texts: list[str]
    #: -1 negative, 0 neutral, 1 positive
    labels: NDArray[np.int8]
    #: the official part that a row belongs to; empty where the file has none
    splits: list[str]
    #: what a text is about, for masking; empty where the file does not say
    brands: list[str]
    #: where a text was written; empty where the file does not say
    sources: list[str]
    #: rows without text or without label, which are not among the texts
    ignored: int = 0
    #: other columns that were asked for, as they are
    others: Mapping[str, list[Any]] = dataclasses.field(default_factory=dict)
    #: rows that were left out as the user said
    dropped: int = 0

    def where(self, kept: Iterable[bool]) -> "Labelled":
        """Keep some of the rows."""
        return self.take(np.flatnonzero(np.fromiter(kept, bool, len(self.texts))))

    def take(self, rows: NDArray[np.intp]) -> "Labelled":
        """Keep these rows, in this order."""
        columns = (self.texts, self.splits, self.brands, self.sources)
        texts, splits, brands, sources = ([column[i] for i in rows] if column else [] for column in columns)
        return replace(
            self,
            texts=texts,
            labels=self.labels[rows],
            splits=splits,
            brands=brands,
            sources=sources,
            others={name: [column[i] for i in rows] for name, column in self.others.items()},
        )

    def part(self, split: str) -> "Labelled":
        """Keep the rows of one split.

        Raises:
            errors.WrongInput: no row belongs to it.

        """
        if split not in self.splits:
            there = ", ".join(sorted(set(self.splits))) or "no column `split`"
            raise errors.WrongInput(f"{self.name} has no row of the split {split!r}; it has: {there}.")
        return self.where(found == split for found in self.splits)

    def masked(self) -> list[str]:
        """Give the texts with their brands masked, as they are when a version serves."""
        return masking.mask(self.texts, [(brand,) for brand in self.brands]) if self.brands else self.texts

    def counts(self) -> dict[str, int]:
        """Count the rows by label."""
        return {name: int((self.labels == LABELS[name]).sum()) for name in ("negative", "neutral", "positive")}


def read(path: Path, mapping: Mapping[str, str] | None = None, others: Iterable[str] = ()) -> Labelled:
    """Read a file whose columns bear the usual names, or those that `mapping` (column to field) says.

    `others` names columns that are kept beside, where the file has them.

    Raises:
        errors.UnreadableFile: the file is not there or not of its format.
        errors.UnknownColumn: the text or the label has no column, or the mapping names one that is not there.
        errors.WrongInput: a label is none of the known ones, or no row has both text and label.

    """
    try:
        columns = _parquet(path) if path.suffix == ".parquet" else _separated(path)
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except UnicodeDecodeError as error:
        raise errors.UnreadableFile(f"{path} is not UTF-8: save it as UTF-8.") from error
    except (OSError, ValueError, csv.Error) as error:
        raise errors.UnreadableFile(f"{path} cannot be read as labelled data: {error}.") from error
    found = {field: columns[name] for field, name in _fields(path, list(columns), mapping or {}).items()}
    beside = {name: columns[name] for name in others if name in columns}
    return assemble(path.name, sha256, others=beside, **found)


def assemble(
    name: str,
    sha256: str,
    *,
    text: Sequence[Any],
    sentiment: Sequence[Any],
    split: Sequence[Any] = (),
    brand: Sequence[Any] = (),
    source: Sequence[Any] = (),
    others: Mapping[str, Sequence[Any]] | None = None,
) -> Labelled:
    """Put columns together, leaving out rows without text or label; raises as `read`."""
    kept = [
        i
        for i, (one, label) in enumerate(zip(text, sentiment, strict=True))
        if one is not None and str(one).strip() and label is not None and str(label).strip()
    ]
    if not kept:
        raise errors.WrongInput(f"{name} has no row with both a text and a label.")
    # A column of numbers with a gap is one of decimals: 1.0 is 1.
    codes = _codes(name, [str(sentiment[i]).strip().lower().removesuffix(".0") for i in kept])
    texts = [str(text[i]) for i in kept]
    splits, brands, sources = (
        [str(column[i] or "").strip() for i in kept] if column else [] for column in (split, brand, source)
    )
    beside = {name: [column[i] for i in kept] for name, column in (others or {}).items()}
    return Labelled(name, sha256, texts, codes, splits, brands, sources, len(text) - len(kept), beside)


def _parquet(path: Path) -> dict[str, list[Any]]:
    import pyarrow.parquet  # noqa: PLC0415 - a tenth of a second that CSV files do not need

    table = pyarrow.parquet.ParquetFile(path).read()
    return {name: table.column(name).to_pylist() for name in table.schema.names}


def _separated(path: Path) -> dict[str, list[Any]]:
    """Read CSV or TSV; the strict reader stops at a quote that is never closed instead of swallowing the rest."""
    if path.suffix not in _SEPARATORS:
        raise ValueError("its name ends in none of .csv, .tsv, .parquet")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, delimiter=_SEPARATORS[path.suffix], strict=True)
        header = next(rows, [])
        content = []
        for row in rows:
            if row and len(row) != len(header):
                raise ValueError(f"line {rows.line_num} has {len(row)} values, the header {len(header)}")
            content += [row] if row else []
    return {name: [row[i] for row in content] for i, name in enumerate(header)}


def _fields(path: Path, columns: list[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """Find the column of each field."""
    for column, field in mapping.items():
        if column not in columns or field not in COLUMNS:
            raise errors.UnknownColumn(
                f"{path} cannot be mapped by {column}={field}: its columns are {', '.join(columns)}, "
                f"the fields {', '.join(COLUMNS)}."
            )
    mapped = {field: column for column, field in mapping.items()}
    by_lower = {name.strip().lower(): name for name in reversed(columns)}
    usual = {
        field: by_lower[name]
        for field, names in COLUMNS.items()
        for name in reversed(names)
        if name in by_lower and by_lower[name] not in mapping
    }
    found = {**usual, **mapped}
    for field in REQUIRED:
        if field not in found:
            raise errors.UnknownColumn(
                f"{path} has no column for the {field}: name it {' or '.join(COLUMNS[field])}, or say "
                f"--map COLUMN={field}; its columns are {', '.join(columns)}."
            )
    return found


def _codes(name: str, labels: list[str]) -> NDArray[np.int8]:
    """Turn labels to -1, 0, 1: words, or the numbers 0 and 1 of a set with two classes, or -1, 0 and 1."""
    present = set(labels)
    if present <= {"0", "1"}:
        codes = {"0": -1, "1": 1}
    elif present <= {"-1", "0", "1"}:
        codes = {"-1": -1, "0": 0, "1": 1}
    else:
        codes = LABELS
    if not present <= codes.keys():
        raise errors.WrongInput(
            f"{name} has the label {min(present - codes.keys())!r}; known are negative, neutral, positive, "
            "the numbers 0 and 1 (negative, positive) and -1, 0 and 1."
        )
    return np.array([codes[label] for label in labels], np.int8)
