"""What tokens add up to in pieces, and pieces in texts.

Both ways it is the same: of each part is known what it adds wherever it stands; to that come the runs of two and three
tokens that lie across parts.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_store import hashes
from model_store.hashes import NEXT, SECOND, SPREAD
from model_store.keys import Numbers
from model_store.lookup import Lookup, apart, both
from model_store.masking import PLACEHOLDER
from model_store.ngrams import MARK, SIGN, WORD
from model_store.pieces import per_text
from model_store.sums import Cut, Sums

#: Columns of what is known of a part: the two numbers of `Lookup`; its tokens, and those that a text is known by; what
#: its first, its second, and its last token give to the hash of a run across parts; what its last two give together.
ONE, OTHER, TOKENS, FIRST_TOKEN, SECOND_TOKEN, LAST_TOKEN, LAST_TWO = range(7)
WIDTH = 8  # columns: as much as a processor fetches from memory at once

_LOWER = (1 << 32) - 1


class Adding:
    """How what the tables say is added up."""

    def __init__(self, lookup: Lookup) -> None:
        """Take the tables."""
        self._lookup = lookup

    def pieces(self, cut: Cut) -> Numbers:
        """Make of the tokens of pieces what is known of the pieces, shape (pieces, `WIDTH`)."""
        made = np.zeros((len(cut.firsts) - 1, WIDTH), np.int64)
        added = self._added(self._tokens(cut), cut.firsts)
        made[:, ONE], made[:, OTHER], made[:, TOKENS] = added
        places = np.stack([cut.firsts[:-1], cut.firsts[:-1] + 1, cut.firsts[1:] - 1, cut.firsts[1:] - 2])
        # Where there are fewer tokens it is any; at the end there is always one.
        first, second, last, last_but_one = np.append(cut.hashes, 0).take(places, mode="clip") * SPREAD
        made[:, FIRST_TOKEN], made[:, SECOND_TOKEN], made[:, LAST_TOKEN] = first * SECOND, second * SECOND, last * NEXT
        made[:, LAST_TWO] = (last_but_one * NEXT + last * SECOND) * NEXT
        return made

    def texts(self, rows: Numbers, firsts: Numbers) -> Sums:
        """Add up texts: the rows of all their parts, and the first part of each text, shape (texts + 1,)."""
        one, other, tokens = self._added(rows, firsts)
        return Sums(*self._lookup.sums(one, other), *apart(tokens))

    def _added(self, rows: Numbers, firsts: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        found = _Found.of(rows, firsts)
        across = found.across()
        columns = [found.rows[:, ONE], found.rows[:, OTHER]]
        for i, said in enumerate(self._lookup.runs(across.hashes)):
            columns[i] = _with(columns[i], said, across)
        return found.per_text(columns[0]), found.per_text(columns[1]), found.per_text(found.rows[:, TOKENS])

    def _tokens(self, cut: Cut) -> Numbers:
        """Make of tokens what is known of them, each a part."""
        made = np.zeros((len(cut.hashes), WIDTH), np.int64)
        one, other = self._lookup.tokens(cut)
        known = _are_telling(cut) & self._lookup.are_known(one, other)
        made[:, ONE], made[:, OTHER], made[:, TOKENS] = one, other, both(np.ones_like(one), known.astype(np.int64))
        spread = cut.hashes * SPREAD
        made[:, FIRST_TOKEN], made[:, LAST_TOKEN] = spread * SECOND, spread * NEXT
        return made


class _Runs(NamedTuple):
    """The runs of two and three tokens that begin in one part and end in another."""

    #: of each part the run of two, then of each part the run of three that begins with its last token, then the runs
    #: that begin with the last but one of those parts that have several
    hashes: Numbers
    #: those that are none: their text ends before
    none: Numbers
    several: Numbers


class _Found(NamedTuple):
    """The parts of texts, each of which has a token."""

    #: shape (parts, `WIDTH`)
    rows: Numbers
    #: shape (parts,)
    tokens: Numbers
    #: shape (texts + 1,)
    firsts: Numbers

    @classmethod
    def of(cls, rows: Numbers, firsts: Numbers) -> "_Found":
        """Leave out what has no token, such as a mark that colours emoji."""
        tokens = rows[:, TOKENS] & _LOWER
        is_there = tokens > 0
        if is_there.all():
            return cls(rows, tokens, firsts)
        return cls(rows[is_there], tokens[is_there], np.append(0, np.cumsum(is_there))[firsts])

    def across(self) -> _Runs:
        """Find the runs of two and three tokens that lie across parts."""
        count = len(self.tokens)
        several = np.flatnonzero(self.tokens > 1)
        following = np.zeros(count, np.int64)
        following[:-1] = self.rows[1:, FIRST_TOKEN]
        # The third token of a run that begins with a last one is the second of the next part or, where that has only
        # one, the first of the part behind it.
        third = following.copy()
        third[several] = self.rows[several, SECOND_TOKEN]
        hashes = np.empty(2 * count + len(several), np.int64)
        two, three = hashes[:count], hashes[count : 2 * count]
        np.add(self.rows[:, LAST_TOKEN], following, out=two)
        np.multiply(two, NEXT, out=three)
        three[:-1] += third[1:]
        np.add(self.rows[several, LAST_TWO], following.take(several), out=hashes[2 * count :])
        lasts = self.firsts[1:][self.firsts[1:] > self.firsts[:-1]] - 1
        is_single = self.tokens.take(lasts) == 1
        before_single = lasts[is_single] - 1
        none = [
            lasts,
            lasts + count,
            before_single[before_single >= 0] + count,
            np.searchsorted(several, lasts[~is_single]) + 2 * count,
        ]
        return _Runs(hashes, np.concatenate(none), several)

    def per_text(self, column: Numbers) -> Numbers:
        """Add up a column by text."""
        return per_text(column, self.firsts)


def _with(column: Numbers, found: Numbers, runs: _Runs) -> Numbers:
    """Add what runs across say to the parts that they begin in."""
    count = len(column)
    found[runs.none] = 0
    added = column + found[:count]
    added += found[count : 2 * count]
    added[runs.several] += found[2 * count :]
    return added


def _are_telling(cut: Cut) -> NDArray[np.bool_]:
    """Find the words, the signs, and the marks that stand close to one another, as in an emoticon.

    Neither a handle nor an address, nor the place of the brand's name, says anything by itself.
    """
    is_mark = cut.kinds == MARK
    is_followed = np.zeros(len(is_mark), bool)
    is_followed[:-1] = cut.is_close[1:] & is_mark[1:]
    is_word = (cut.kinds == WORD) & (cut.hashes != hashes.hashed(PLACEHOLDER))
    telling: NDArray[np.bool_] = is_word | (cut.kinds == SIGN) | (is_mark & is_followed)
    return telling
