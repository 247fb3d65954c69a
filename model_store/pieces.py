"""Texts as the pieces between their blanks, each known by its key.

A call brings ten thousand texts and twenty times as many pieces: an object for each of them, looked up in a dict, would
cost as much as all the rest. So blanks are found by arithmetic on the bytes of all texts at once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from model_store import keys
from model_store.keys import Numbers

PORTION = 2_000_000  # bytes that are split at once, of 20,000 tweets: 50 MB of numbers, whatever a call brings
_TAB, _NEWLINE, _RETURN, _BLANK = b"\t\n\r "


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
    #: int64, shape (pieces,): see `keys`
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
        rows = self.rows[index].tolist()
        return [self.every[row] for row in rows] if isinstance(index, slice) else self.every[rows]

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
        counts = np.diff(self.firsts)
        return self._taken(kept, np.repeat(kept, counts), np.append(0, np.cumsum(counts[kept])))

    def between(self, start: int, stop: int) -> "Pieces":
        """Keep the texts from one to before another."""
        firsts = self.firsts[start : stop + 1]
        return self._taken(slice(start, stop), slice(firsts[0], firsts[-1]), firsts - firsts[0])

    def _taken(self, texts: Any, pieces: Any, firsts: Numbers) -> "Pieces":  # noqa: ANN401 - what arrays are indexed by
        return Pieces(
            self.every,
            self.rows[texts],
            self.starts[texts],
            self.sizes[texts],
            firsts,
            self.keys[pieces],
            self.begins[pieces],
            self.ends[pieces],
            self.written,
        )

    def stretches(self, most: int) -> list[tuple[int, int]]:
        """Cut the texts into stretches of about so many pieces, each from one text to before another."""
        cuts = np.flatnonzero(np.diff(self.firsts[:-1] // most)) + 1
        edges = [0, *cuts.tolist(), len(self)]
        return list(pairwise(edges))

    def lines(self, pieces: Numbers) -> bytes:
        """Write some of the pieces, by their places among all, one a line."""
        begins, ends = self.begins[pieces], self.ends[pieces]
        stops = np.cumsum(ends - begins + 1)
        places = np.repeat(ends + 1 - stops, ends - begins + 1) + np.arange(stops[-1] if len(stops) else 0)
        # Behind the last piece there may be no byte.
        written = np.frombuffer(self.written, np.uint8).take(places, mode="clip")
        written[stops - 1] = _NEWLINE
        return written[:-1].tobytes()


def per_text(column: Numbers, firsts: Numbers) -> Numbers:
    """Add up, by text, what is known of each piece; `firsts` as of `Pieces`."""
    added = np.zeros(len(firsts) - 1, np.int64)
    is_there = firsts[1:] > firsts[:-1]
    if len(column):
        added[is_there] = np.add.reduceat(column, firsts[:-1][is_there])
    return added


def portions(texts: Sequence[str]) -> Iterator[tuple[slice, Pieces]]:
    """Split texts, not too many of them at once; with each portion comes where it stands among all."""
    if isinstance(texts, Pieces):
        yield slice(len(texts)), texts
        return
    encoded = _encoded(texts)
    sizes = np.fromiter(map(len, encoded), np.int64, len(encoded))
    cuts = np.flatnonzero(np.diff(np.cumsum(sizes) // PORTION)) + 1
    for start, stop in pairwise([0, *cuts.tolist(), len(texts)]):
        place = slice(start, stop)
        yield place, _split(texts[place] if len(cuts) else texts, encoded[place], sizes[place])


def split(texts: Sequence[str]) -> Pieces:
    """Split texts at the blanks of ASCII, as `tf.strings.split` does; split ones stay as they are."""
    if isinstance(texts, Pieces):
        return texts
    encoded = _encoded(texts)
    return _split(texts, encoded, np.fromiter(map(len, encoded), np.int64, len(encoded)))


def _split(texts: Sequence[str], encoded: list[bytes], sizes: Numbers) -> Pieces:
    written = b"\n".join(encoded)
    starts = np.append(0, np.cumsum(sizes + 1))
    begins, ends = _edges(np.frombuffer(written, np.uint8))
    return Pieces(
        texts,
        np.arange(len(texts)),
        starts[:-1],
        sizes,
        begins.searchsorted(starts),
        keys.compute(written, begins, ends),
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
