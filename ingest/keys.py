"""The natural key: which rows are the same comment."""

from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

KEY_BYTES = 16
#: Python's isoformat() leaves it out.
NO_MICROSECONDS = r"\.0{6}$"


def natural_keys(comments: Any, sha256: str) -> NDArray[np.bytes_]:  # noqa: ANN401 - pyarrow ships no types
    """Hash what makes each comment itself: 16 bytes, array of dtype S16.

    With an id of the platform: brand, source and id. Without one: brand, source, author, time and text, where author
    or time is there. With neither: the file's checksum and the record number, so that two people's "lol" stay two.

    Args:
        comments: a `pyarrow.RecordBatch` with `rows.COLUMNS`.
        sha256: the checksum of the file.

    """
    has_id = comments["external_id"].is_valid()
    is_someones = pc.or_(comments["author"].is_valid(), comments["posted_at"].is_valid())
    keys = np.empty(len(comments), f"S{KEY_BYTES}")
    for wanted, parts in (
        (has_id, _of_id),
        (pc.and_not(is_someones, has_id), _of_text),
        (pc.invert(pc.or_(has_id, is_someones)), lambda rows: _of_record(rows, sha256)),
    ):
        _hash(keys, comments, wanted, parts)
    return keys


def as_column(keys: NDArray[np.bytes_]) -> Any:  # noqa: ANN401 - as above
    """Give keys as an Arrow array."""
    return pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(KEY_BYTES), len(keys), [None, pa.py_buffer(np.ascontiguousarray(keys))]
    )


def _hash(keys: NDArray[np.bytes_], comments: Any, wanted: Any, parts: Callable[[Any], list[Any]]) -> None:  # noqa: ANN401 - as above
    """Write the keys of those rows that are wanted."""
    chosen = np.flatnonzero(wanted.to_numpy(zero_copy_only=False))
    if len(chosen):
        rows = comments if len(chosen) == len(comments) else comments.take(chosen)
        # No part holds NUL (such rows are rejects), so no two lists of parts make the same bytes.
        joined = pc.binary_join_element_wise(*parts(rows), "\0")
        keys[chosen] = np.frombuffer(b"".join(_digests(joined.cast(pa.binary()).to_pylist())), keys.dtype)


def _digests(texts: Iterable[bytes]) -> Iterable[bytes]:
    return (blake2b(text, digest_size=KEY_BYTES).digest() for text in texts)


def _of_id(rows: Any) -> list[Any]:  # noqa: ANN401 - as above
    return ["id", rows["brand"], rows["source"], rows["external_id"]]


def _of_text(rows: Any) -> list[Any]:  # noqa: ANN401 - as above
    moment = pc.replace_substring(rows["posted_at"].cast(pa.timestamp("us")).cast(pa.string()), " ", "T")
    moment = pc.replace_substring_regex(moment, NO_MICROSECONDS, "")
    zoned = pc.fill_null(pc.binary_join_element_wise(moment, "+00:00", ""), "")
    return ["text", rows["brand"], rows["source"], pc.fill_null(rows["author"], ""), zoned, rows["text"]]


def _of_record(rows: Any, sha256: str) -> list[Any]:  # noqa: ANN401 - as above
    return ["record", sha256, rows["record"].cast(pa.string())]
