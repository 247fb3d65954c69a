"""Which comments hold which words and pairs of words, forms of a word counted as one."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reporting import words

#: Comments that hold a form of a word, of all and as a part of them: what stands in fewer moves no share.
LEAST_COMMENTS, LEAST_PART = 5, 1 / 2_000
_WORD_OR_END = re.compile(f"{words.WORD}|\n")
Numbers = NDArray[np.int64]


class Held(NamedTuple):
    """A sparse matrix (comments, words) of 0 and 1, and the words, each by its commonest form."""

    matrix: Any
    words: list[str]


def find(texts: Sequence[str], names: Sequence[str], longest: int) -> Held:
    """Find the words, and with `longest` 2 the pairs, that can name what texts are about.

    `names` are the brand's, which say nothing. Words that tell nothing alone are passed over before pairs are made.
    "flicker", "flickers" and "flickering" are one word: forms share a stem (Porter's English stemmer, second version).
    """
    from scipy import sparse  # noqa: PLC0415 - a fifth of a second that only reasons need

    least = max(LEAST_COMMENTS, int(LEAST_PART * len(texts)))
    rows, numbers, known = _numbered(texts, words.empty(names))
    found = [_common(rows, numbers, len(known), least)]
    forms = [known[number] for number in found[0].numbers.tolist()]
    if longest > 1:
        # Of two words that stand in so few texts each, so does the pair.
        often = np.isin(numbers, found[0].numbers)
        follows = (rows[1:] == rows[:-1]) & often[1:] & often[:-1]
        pairs, place = np.unique((numbers[:-1] * len(known) + numbers[1:])[follows], return_inverse=True)
        found.append(_common(rows[1:][follows], place, len(pairs), least))
        two = zip(*np.divmod(pairs[found[1].numbers], max(len(known), 1)), strict=True)
        forms += [f"{known[one]} {known[other]}" for one, other in two]
    totals = np.concatenate([one.texts for one in found])
    named, column = _by_stem(forms, totals, names)
    first = np.cumsum([0, *(len(one.numbers) for one in found)])
    rows = np.concatenate([one.rows for one in found])
    columns = column[np.concatenate([one.places + start for one, start in zip(found, first, strict=False)])]
    told = columns >= 0
    shape = len(texts), len(named)
    matrix = sparse.csr_matrix((np.ones(int(told.sum())), (rows[told], columns[told])), shape)
    matrix.data[:] = 1  # a text that holds two forms of a word holds it once
    return Held(matrix, named)


class _Common(NamedTuple):
    """What stands in texts enough: its numbers, how many texts hold each, and a row and a place for each that does."""

    numbers: Numbers
    texts: Numbers
    rows: Numbers
    places: Numbers


def _common(rows: Numbers, numbers: Numbers, size: int, least: int) -> _Common:
    """Find what stands in so many texts; numbers are below `size`."""
    often = np.bincount(numbers, minlength=size)[numbers] >= least  # the rest need not be sorted
    of_row, of_number = np.divmod(np.unique(rows[often] * size + numbers[often]), max(size, 1))
    texts = np.bincount(of_number, minlength=size)
    enough = texts >= least
    there = enough[of_number]
    return _Common(np.flatnonzero(enough), texts[enough], of_row[there], (np.cumsum(enough) - 1)[of_number[there]])


def _numbered(texts: Sequence[str], passed_over: Sequence[str]) -> tuple[Numbers, Numbers, list[str]]:
    """Give the row and the number of each word that is not passed over, in their order, and the words by number."""
    # One search over all texts takes half the time of one for each.
    numbers = {"\n": 0} | {word: place for place, word in enumerate(passed_over, 1)}
    told = len(numbers)
    everything = "\n".join(text.lower().replace("\n", " ") for text in texts)
    found = np.array([numbers.setdefault(word, len(numbers)) for word in _WORD_OR_END.findall(everything)], np.int64)
    rows, kept = np.cumsum(found == 0), found >= told
    return rows[kept], found[kept] - told, list(numbers)[told:]


def _by_stem(forms: Sequence[str], totals: Numbers, names: Sequence[str]) -> tuple[list[str], Numbers]:
    """Name the stems of the forms that tell something, each by its commonest form; give each form's stem, or -1."""
    tells = words.telling(names)
    kept = [place for place in sorted(range(len(forms)), key=forms.__getitem__) if tells(forms[place])]
    of_stem: dict[str, list[int]] = {}
    for place, stem in zip(kept, _stems([forms[place] for place in kept]), strict=True):
        of_stem.setdefault(stem, []).append(place)
    column = np.full(len(forms), -1)
    for number, places in enumerate(of_stem.values()):
        column[places] = number
    return [forms[max(places, key=totals.__getitem__)] for places in of_stem.values()], column


def _stems(forms: Sequence[str]) -> list[str]:
    import Stemmer  # noqa: PLC0415 - only reports need it

    stem = Stemmer.Stemmer("english").stemWords
    return [" ".join(stem(form.split())) for form in forms]
