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

WINDOW = 1 << 16  # bytes whose keys are computed at once: 512 KiB of numbers, whatever the size of the texts
LONGEST = 256  # bytes of a piece that gets its key so
#: Keys of every handle and of every address: whatever its letters, each is cut into the same tokens.
HANDLE, ADDRESS = 1, 2

_FACTOR = 0x9E3779B97F4A7C15  # odd, so that it has an inverse among the numbers of 64 bits
_TAB, _RETURN, _BLANK, _AT = 0x09, 0x0D, 0x20, 0x40
_CASE = 0x20  # the bit that tells the cases of a letter apart
_ADDRESSES = (b"http://", b"https://")


def _powers(factor: int) -> Numbers:
    return np.cumprod(np.full(WINDOW + LONGEST, factor, np.uint64)).view(np.int64)


_POWERS, _INVERSES = _powers(_FACTOR), _powers(pow(_FACTOR, -1, 1 << 64))
#: A number for each byte; a letter of ASCII has the one of its lower case.
_BYTES = np.random.default_rng(1).integers(1, 1 << 63, 256)
_BYTES[ord("A") : ord("Z") + 1] = _BYTES[ord("a") : ord("z") + 1]
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

    def are_longer(self, characters: int) -> NDArray[np.bool_]:
        """Say which texts have more characters."""
        longer = self.sizes > characters
        # Few are; and no text has more characters than bytes.
        longer[longer] = [len(self[i]) > characters for i in np.flatnonzero(longer).tolist()]
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

    def bytes_of(self, pieces: Numbers) -> list[bytes]:
        """Give the bytes of some of the pieces, by their places among all."""
        both = zip(self.begins[pieces].tolist(), self.ends[pieces].tolist(), strict=True)
        return [self.written[begin:end] for begin, end in both]


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
    """Compute the keys of pieces: polynomials of their bytes, modulo 2^64.

    Two pieces of one key do not happen: among a million, by chance once in 30 million times.
    """
    keys = np.empty(len(begins), np.int64)
    first = 0
    while first < len(begins):
        start = begins[first]
        last = np.searchsorted(begins, start + WINDOW)
        window = letters[start : start + WINDOW + LONGEST]
        sums = np.zeros(len(window) + 1, np.int64)
        np.cumsum(_BYTES.take(window) * _POWERS[: len(window)], out=sums[1:])
        begin = begins[first:last] - start
        key = sums.take(ends[first:last] - start, mode="clip") - sums.take(begin)
        keys[first:last] = key * _INVERSES.take(begin)
        first = last
    for i in np.unique(np.append(np.flatnonzero(ends - begins > LONGEST), _mixed(letters, begins))).tolist():
        keys[i] = hash(written[begins[i] : ends[i]])
    first_letters = letters.take(begins)
    keys[_handles(letters, begins, ends, np.flatnonzero(first_letters == _AT))] = HANDLE
    keys[_addresses(letters, begins, ends, np.flatnonzero(first_letters == _ADDRESSES[0][0]), written)] = ADDRESS
    return keys


def _mixed(letters: NDArray[np.uint8], begins: Numbers) -> Numbers:
    """Find pieces with a letter four times in both cases: "sOoO" is cut otherwise than "oooo", of which one is dropped."""
    lower = letters | _CASE
    alike = lower[1:] == lower[:-1]
    places = np.flatnonzero(alike[2:] & alike[1:-1] & alike[:-2])
    first = letters[places]
    differs = (letters[places + 1] != first) | (letters[places + 2] != first) | (letters[places + 3] != first)
    return np.maximum(np.searchsorted(begins, places[differs], side="right") - 1, 0)


def _handles(letters: NDArray[np.uint8], begins: Numbers, ends: Numbers, found: Numbers) -> Numbers:
    """Find, of pieces that begin with `@`, those that go on with letters and digits alone."""
    found = found[ends[found] - begins[found] > 1]
    if not len(found):
        return found
    lengths = ends[found] - begins[found]
    firsts = np.append(0, np.cumsum(lengths))
    places = np.repeat(begins[found] - firsts[:-1], lengths) + np.arange(firsts[-1])
    others = np.add.reduceat(~_IS_WORD.take(letters.take(places)), firsts[:-1], dtype=np.int64)
    return found[others == 1]


def _addresses(
    letters: NDArray[np.uint8], begins: Numbers, ends: Numbers, found: Numbers, written: bytes
) -> list[int]:
    """Find, of pieces that begin with `h`, those that are addresses from their first letter on."""
    for place, letter in enumerate(b"http"):
        found = found[letters.take(begins[found] + place, mode="clip") == letter]
    longest = max(map(len, _ADDRESSES))
    return [
        i
        for i in found[ends[found] - begins[found] > longest].tolist()
        if written.startswith(_ADDRESSES, begins[i])
    ]
