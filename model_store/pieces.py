"""Texts as the pieces between their blanks, each known by a number of 64 bits: its key.

A call brings ten thousand texts and twenty times as many pieces: an object for each of them, looked up in a dict, would
cost as much as all the rest. So blanks are found and keys computed by arithmetic on the bytes of all texts at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

LONGEST = 64  # bytes of a piece whose key is computed so; one piece of ten thousand is longer
#: Keys of every handle and of every address: whatever its letters, each is cut into the same tokens.
HANDLE, ADDRESS = 1, 2

_WORD = 8  # bytes that are one number
_MASKS = np.array([(1 << 8 * count) - 1 for count in range(_WORD + 1)], np.uint64)
_FACTOR, _HALF = np.uint64(0x9E3779B97F4A7C15), np.uint64(32)
_TAB, _NEWLINE, _RETURN, _BLANK, _AT = b"\t\n\r @"
_CASE = 0x20  # the bit that tells the cases of a letter apart
#: How addresses begin, and the bytes of that which fit into one number.
_ADDRESSES = (b"http://", b"https://")
_IS_WORD = np.array([chr(byte).isalnum() or chr(byte) == "_" for byte in range(128)] + 128 * [False])


@dataclass(frozen=True, eq=False)
class Pieces(Sequence[str]):
    """Texts that are split, once for all who look at their pieces; for the others a sequence of texts like any."""

    #: the texts, and perhaps others
    every: Sequence[str]
    #: int64, shape (texts,): which of them
    rows: Numbers
    #: int64, shape (texts,): where each begins in `written`, and how many bytes it has
    starts: Numbers
    sizes: Numbers
    #: int64, shape (texts + 1,): the first piece of each text, and at last their number
    firsts: Numbers
    #: int64, shape (pieces,): pieces of one key are cut into the same tokens, and are one word in lower case
    keys: Numbers
    #: int64, shape (pieces,): places in `written`
    begins: Numbers
    ends: Numbers
    #: `every` in UTF-8
    written: bytes

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[str]:
        return map(self.every.__getitem__, self.rows.tolist())

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return [self.every[row] for row in self.rows[index].tolist()]
        return self.every[self.rows[index]]

    def only(self, kept: NDArray[np.bool_]) -> list[str]:
        """List some of the texts."""
        return [self.every[row] for row in self.rows[kept].tolist()]

    def are_longer(self, characters: int) -> NDArray[np.bool_]:
        """Say which texts have more characters."""
        longer = self.sizes > characters
        # Few are; and no text has more characters than bytes.
        longer[longer] = [len(text) > characters for text in self.only(longer)]
        return longer

    def part(self, kept: NDArray[np.bool_]) -> "Pieces":
        """Keep these texts."""
        if kept.all():
            return self
        counts = self.firsts[1:] - self.firsts[:-1]
        pieces = np.repeat(kept, counts)
        return Pieces(
            self.every,
            self.rows[kept],
            self.starts[kept],
            self.sizes[kept],
            np.append(0, np.cumsum(counts[kept])),
            self.keys[pieces],
            self.begins[pieces],
            self.ends[pieces],
            self.written,
        )

    def between(self, start: int, stop: int) -> "Pieces":
        """Keep the texts from one to before another."""
        texts, pieces = slice(start, stop), slice(self.firsts[start], self.firsts[stop])
        return Pieces(
            self.every,
            self.rows[texts],
            self.starts[texts],
            self.sizes[texts],
            self.firsts[start : stop + 1] - self.firsts[start],
            self.keys[pieces],
            self.begins[pieces],
            self.ends[pieces],
            self.written,
        )

    def stretches(self, most: int) -> list[tuple[int, int]]:
        """Cut the texts into stretches of about so many pieces, each from one text to before another."""
        cuts = np.flatnonzero(np.diff(self.firsts[:-1] // most)) + 1
        edges = [0, *cuts.tolist(), len(self)]
        return list(zip(edges[:-1], edges[1:], strict=True))

    def lines(self, pieces: Numbers) -> bytes:
        """Write some of the pieces, by their places among all, one a line."""
        begins, ends = self.begins[pieces], self.ends[pieces]
        stops = np.cumsum(ends - begins + 1)
        places = np.repeat(ends + 1 - stops, ends - begins + 1) + np.arange(stops[-1] if len(stops) else 0)
        # Behind the last piece there may be no byte.
        written = np.frombuffer(self.written, np.uint8).take(places, mode="clip")
        written[stops - 1] = _NEWLINE
        return written[:-1].tobytes()


def split(texts: Sequence[str]) -> Pieces:
    """Split texts at the blanks of ASCII, as `tf.strings.split` does; split ones stay as they are."""
    if isinstance(texts, Pieces):
        return texts
    encoded = _encoded(texts)
    written = b"\n".join(encoded)
    sizes = np.fromiter(map(len, encoded), np.int64, len(encoded))
    starts = np.append(0, np.cumsum(sizes + 1))
    letters = np.frombuffer(written, np.uint8)
    begins, ends = _edges(letters)
    return Pieces(
        texts,
        np.arange(len(texts)),
        starts[:-1],
        sizes,
        np.searchsorted(begins, starts),
        _keys(letters, begins, ends, written),
        begins,
        ends,
        written,
    )


def _encoded(texts: Sequence[str]) -> list[bytes]:
    try:
        return list(map(str.encode, texts))
    except UnicodeEncodeError:  # a lone half of a character is none that UTF-8 could write
        return [text.encode(errors="replace") for text in texts]


def _edges(letters: NDArray[np.uint8]) -> tuple[Numbers, Numbers]:
    """Find where pieces begin and end."""
    is_blank = np.ones(len(letters) + 2, bool)
    np.less_equal(letters - np.uint8(_TAB), _RETURN - _TAB, out=is_blank[1:-1])
    is_blank[1:-1] |= letters == _BLANK
    edges = np.flatnonzero(is_blank[1:] != is_blank[:-1])
    return edges[::2].copy(), edges[1::2].copy()


def _keys(letters: NDArray[np.uint8], begins: Numbers, ends: Numbers, written: bytes) -> Numbers:
    """Compute the keys of pieces out of their bytes in lower case, eight at a time.

    Two pieces of one key do not happen: among a million of them, once in 30 million times.
    """
    lengths = ends - begins
    lower = written.lower() + bytes(_WORD)
    words = np.ndarray(len(lower) - _WORD + 1, "<u8", lower, strides=(1,))
    first = words[begins]
    keys = _mixed(lengths.astype(np.uint64) + (first & _MASKS.take(np.minimum(lengths, _WORD))))
    rest = np.flatnonzero(lengths > _WORD)
    for done in range(_WORD, LONGEST, _WORD):
        word = words[begins[rest] + done] & _MASKS.take(np.minimum(lengths[rest] - done, _WORD))
        keys[rest] = _mixed(keys[rest] + word)
        rest = rest[lengths[rest] > done + _WORD]
    keys = keys.view(np.int64)
    for i in np.unique(np.append(rest, _in_both_cases(letters, begins))).tolist():
        keys[i] = hash(written[begins[i] : ends[i]])
    for address in _ADDRESSES:
        is_one = first & _MASKS[len(address)] == int.from_bytes(address, "little")
        keys[is_one & (lengths > len(address))] = ADDRESS
    keys[_handles(letters, begins, lengths)] = HANDLE
    return keys


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Let every bit count."""
    numbers = numbers * _FACTOR
    return numbers ^ (numbers >> _HALF)


def _in_both_cases(letters: NDArray[np.uint8], begins: Numbers) -> Numbers:
    """Find pieces with a letter four times in both cases: of "oooo" the last is dropped, of "oOoO" none."""
    lower = letters | _CASE
    alike = lower[1:] == lower[:-1]
    places = np.flatnonzero(alike[2:] & alike[1:-1] & alike[:-2])
    first = letters[places]
    differs = (letters[places + 1] != first) | (letters[places + 2] != first) | (letters[places + 3] != first)
    return np.maximum(np.searchsorted(begins, places[differs], side="right") - 1, 0)


def _handles(letters: NDArray[np.uint8], begins: Numbers, lengths: Numbers) -> Numbers:
    """Find the pieces that are `@` and then letters and digits alone."""
    found = np.flatnonzero((letters.take(begins) == _AT) & (lengths > 1))
    firsts = np.append(0, np.cumsum(lengths[found]))
    places = np.repeat(begins[found] - firsts[:-1], lengths[found]) + np.arange(firsts[-1])
    others = np.add.reduceat(~_IS_WORD.take(letters.take(places)), firsts[:-1], dtype=np.int64) if len(found) else found
    return found[others == 1]
