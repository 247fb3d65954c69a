"""Arrays of Arrow by their bytes and different values: what holds for all rows without looking at each."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Mask = npt.NDArray[np.bool_]
#: A `pyarrow.Array`, and which rows have to be read one by one after all.
Sifted = tuple[Any, Mask]
NULL = pa.scalar(None, pa.string())


def array(column: Any) -> Any:  # noqa: ANN401 - pyarrow ships no types
    """Make an array of a list whose values are all strings or all whole numbers; others stay a list."""
    if not isinstance(column, list):
        return column
    kinds = set(map(type, column)) - {type(None)}
    kind = pa.string() if kinds <= {str} else pa.int64() if kinds == {int} else None
    try:
        return column if kind is None else pa.array(column, kind)
    except (UnicodeEncodeError, OverflowError):  # half a character, or a number of more than 64 bits
        return column


def is_string(column: Any) -> bool:  # noqa: ANN401 - as above
    """Tell an array of strings from other arrays and lists."""
    return not isinstance(column, list) and bool(pa.types.is_string(column.type))


def is_integer(column: Any) -> bool:  # noqa: ANN401 - as above
    """Tell an array of whole numbers from other arrays and lists."""
    return not isinstance(column, list) and bool(pa.types.is_integer(column.type))


def parts(column: Any) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]:  # noqa: ANN401 - as above
    """Give the bytes of all strings, and where in them each begins, with the end of the last behind."""
    _, places, content = column.buffers()
    taken = np.frombuffer(places, np.int32)[column.offset : column.offset + len(column) + 1]
    return taken - taken[0], np.frombuffer(content or b"", np.uint8)[taken[0] : taken[-1]]


def rows_with(column: Any, bytes_held: Mask) -> Mask:  # noqa: ANN401 - as above
    """Tell which strings hold one of some bytes; the mask is for all the bytes of the column."""
    mask = np.zeros(len(column), bool)
    if bytes_held.any():
        mask[np.searchsorted(parts(column)[0], np.flatnonzero(bytes_held), "right") - 1] = True
    return mask


def filled(column: Any) -> Any:  # noqa: ANN401 - as above
    """Make empty strings null."""
    lengths = pc.binary_length(column)
    return pc.if_else(pc.equal(lengths, 0), NULL, column) if pc.min(lengths).as_py() == 0 else column


def trimmed(column: Any) -> Sifted:  # noqa: ANN401 - as above
    """Take blanks from both ends, as `str.strip` does, and make what is empty null; what holds NUL is left."""
    kept = pc.utf8_trim_whitespace(column)
    return filled(kept), rows_with(kept, parts(kept)[1] == 0)


def mapped(column: Any, function: Callable[[Any], Any], result: Any) -> Sifted:  # noqa: ANN401 - as above
    """Apply a function to each different value of an array, null among them, or to each of a list.

    Rows with a value at which it raises ValueError are left; the results are of the type `result`.
    """

    def tried(value: object) -> tuple[Any, bool]:
        try:
            return function(value), False
        except ValueError:
            return None, True

    if isinstance(column, list):
        values, failed = zip(*map(tried, column), strict=True)
        return pa.array(values, result), np.array(failed)
    encoded = column.dictionary_encode(null_encoding="encode")
    values, failed = zip(*map(tried, encoded.dictionary.to_pylist()), strict=True)
    return pa.array(values, result).take(encoded.indices), np.array(failed)[encoded.indices.to_numpy()]
