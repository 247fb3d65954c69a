"""Authors as keyed hashes: the same author has the same one, and nobody without the key can tell who that is."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pyarrow as pa

from ingest import columns
from ingest.cleaning import as_json

PREFIX = "h:"
#: 24 characters of base32: 120 bits, of which no two authors share all
HASH_BYTES = 15


def hashed(author: str, key: str) -> str:
    """Hash an author with the key; HMAC-SHA256, so that trying all names takes the key."""
    digest = hmac.digest(key.encode(), author.encode(), hashlib.sha256)[:HASH_BYTES]
    return PREFIX + base64.b32encode(digest).decode().lower()


def column(authors: Any, key: str) -> Any:  # noqa: ANN401 - pyarrow ships no types
    """Hash an array of authors; null stays null."""
    encoded = authors.dictionary_encode()
    names = pa.array([hashed(name, key) for name in encoded.dictionary.to_pylist()], pa.string())
    return names.take(encoded.indices)


def in_extra(extras: Any, key: str) -> Any:  # noqa: ANN401 - as above
    """Hash the authors in an array of `extra`: of an export that names them twice, one column is no field."""
    return pa.array([None if extra is None else _in_extra(extra, key) for extra in extras.to_pylist()], pa.string())


def _in_extra(extra: str, key: str) -> str:
    values = json.loads(extra)
    named = [name for name in values if columns.is_usual(name, "author")]
    return as_json(values | {name: hashed(str(values[name]), key) for name in named}) if named else extra
