"""A number of 64 bits for each piece of a text, its key, by arithmetic on the bytes of all pieces at once.

Pieces of one key are cut into the same tokens, and are one word in lower case: the case of ASCII letters does not
count, nor do the letters of handles and addresses. Two other pieces of one key do not happen: among a million of them
by chance once in 37 million times, and by nobody's will, since keys differ from process to process.
"""

import secrets

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Letters = NDArray[np.uint8]

#: Keys of every handle and of every address.
HANDLE, ADDRESS = 1, 2
LONGEST = 64  # bytes of a piece whose key is computed so: one piece of ten thousand is longer, and gets Python's hash

_SEED = np.uint64(secrets.randbits(64))
_FACTOR, _HALF = np.uint64(0x9E3779B97F4A7C15), np.uint64(32)
_WORD = 8  # bytes that are one number
_MASKS = np.array([(1 << 8 * count) - 1 for count in range(_WORD + 1)], np.uint64)
_ADDRESSES = (b"http://", b"https://")
_AT = ord("@")
_CASE = 0x20  # the bit that tells the cases of a letter apart
_IS_WORD = np.array([chr(byte).isalnum() or chr(byte) == "_" for byte in range(128)] + 128 * [False])


def compute(written: bytes, begins: Numbers, ends: Numbers) -> Numbers:
    """Compute the keys of pieces, by their places in what is written."""
    letters, lengths = np.frombuffer(written, np.uint8), ends - begins
    lower = written.lower() + bytes(_WORD)
    words: NDArray[np.uint64] = np.ndarray(len(lower) - _WORD + 1, "<u8", lower, strides=(1,))
    first = words[begins]
    # The length tells "a" and "a\0" apart; multiplied, or "b" would have the key of the latter.
    start = lengths.astype(np.uint64) * _FACTOR + _SEED
    keys = _mixed(start + (first & _MASKS.take(np.minimum(lengths, _WORD))))
    rest = np.flatnonzero(lengths > _WORD)
    for done in range(_WORD, LONGEST, _WORD):
        word = words[begins[rest] + done] & _MASKS.take(np.minimum(lengths[rest] - done, _WORD))
        keys[rest] = _mixed(keys[rest] + word)
        rest = rest[lengths[rest] > done + _WORD]
    found = keys.view(np.int64)
    for i in np.unique(np.append(rest, _in_both_cases(letters, begins))).tolist():
        found[i] = hash(written[begins[i] : ends[i]])
    for address in _ADDRESSES:
        is_one = first & _MASKS[len(address)] == int.from_bytes(address, "little")
        found[is_one & (lengths > len(address))] = ADDRESS
    found[_handles(letters, begins, lengths)] = HANDLE
    return found


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Let every bit count."""
    numbers = numbers * _FACTOR
    return numbers ^ (numbers >> _HALF)


def _in_both_cases(letters: Letters, begins: Numbers) -> Numbers:
    """Find pieces with a letter four times in both cases: of "oooo" the last is dropped, of "oOoO" none."""
    lower = letters | _CASE
    alike = lower[1:] == lower[:-1]
    places = np.flatnonzero(alike[2:] & alike[1:-1] & alike[:-2])
    first = letters[places]
    differs = (letters[places + 1] != first) | (letters[places + 2] != first) | (letters[places + 3] != first)
    found: Numbers = np.maximum(begins.searchsorted(places[differs], side="right") - 1, 0)
    return found


def _handles(letters: Letters, begins: Numbers, lengths: Numbers) -> Numbers:
    """Find the pieces that are `@` and then letters and digits alone."""
    found = np.flatnonzero((letters.take(begins) == _AT) & (lengths > 1))
    if not len(found):
        return found
    firsts = np.append(0, np.cumsum(lengths[found]))
    places = np.repeat(begins[found] - firsts[:-1], lengths[found]) + np.arange(firsts[-1])
    others = np.add.reduceat(~_IS_WORD.take(letters.take(places)), firsts[:-1], dtype=np.int64)
    return found[np.flatnonzero(others == 1)]
