"""The columns beside the fields as JSON, a whole column at once, to the letter as `json.dumps` writes it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.arrays import Sifted, filled, is_integer, is_string, mapped, parts, rows_with
from ingest.cleaning import as_json, checked, extra

#: What JSON writes in another way, the backslash first.
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def written(columns: Mapping[str, Any], rows: int) -> Sifted:
    """Write the columns that hold something in a row as one JSON object; null where none does."""
    # A name may hold broken bytes, as a value may, and then no row can be stored.
    if any(isinstance(column, list) for column in columns.values()) or not "".join(columns).isprintable():
        return _row_by_row(columns)
    odd = np.zeros(rows, bool)
    members = []
    for name, column in columns.items():
        values, is_odd = _values(column)
        odd |= is_odd
        members.append(pc.binary_join_element_wise(f"{as_json(name)}: ", values, ""))
    if not members:
        return pa.nulls(rows, pa.string()), odd
    # pyarrow 26 leaves a row out that is null in all members, so that the first one never is.
    joined = filled(pc.binary_join_element_wise("", *members, ", ", null_handling="skip"))
    return pc.binary_join_element_wise(pc.binary_replace_slice(joined, 0, len(", "), "{"), "}", ""), odd


def _row_by_row(columns: Mapping[str, Any]) -> Sifted:
    """Write values of Python."""
    listed = [column if isinstance(column, list) else column.to_pylist() for column in columns.values()]
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*listed, strict=True)]
    return mapped(rows, lambda row: checked(extra(row)), pa.string())


def _values(column: Any) -> Sifted:  # noqa: ANN401 - pyarrow ships no types
    """Write each value; null where there is none."""
    if is_string(column):
        return _strings(filled(column))
    if is_integer(column):
        return column.cast(pa.string()), np.zeros(len(column), bool)
    return mapped(column, lambda value: None if value is None else as_json(value), pa.string())


def _strings(column: Any) -> Sifted:  # noqa: ANN401 - as above
    content = parts(column)[1]
    other_controls = (content < ord(" ")) & ~np.isin(content, [ord(character) for character in ESCAPES])
    odd = rows_with(column, other_controls)
    for character, escape in ESCAPES.items():
        if (content == ord(character)).any():
            column = pc.replace_substring(column, character, escape)
    return pc.binary_join_element_wise('"', column, '"', ""), odd
