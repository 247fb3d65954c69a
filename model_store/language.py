"""Which texts are clearly in a language that a version does not know: they are skipped, not scored.

A text of which enough words are frequent ones of the version is of its language; the others are shown to py3langid,
whose model is inside its package: it would else take short comments with slang and names for foreign. Why it, and how
often it errs: docs/decisions/0010-languages.md.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from string import punctuation
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_store import keys, masking, pieces
from model_store.keys import Numbers
from model_store.memory import Memory
from model_store.pieces import Pieces

#: Frequent words of English that are frequent in other languages too: they say nothing.
ELSEWHERE = frozenset(
    """
    a al am an as at con da das de del den der des di die do du e el en er es et go he i il in is ist la las le
    les lo los man mas me mi mit no non o of on or para per por que se si sie so su te to un una und was we y
    """.split()  # noqa: SIM905 - 64 words one below the other would hide the code
)
#: What py3langid answers where there is nothing to know, and kinds of English that it tells apart.
NO_OTHER = frozenset(("zxx", "und", "pcm", "sco", "jam"))
FREQUENT_WORDS = 3_000  # of a version's words, most frequent first
KNOWN_SHARE = 0.3  # of the words: with so many frequent ones a text is of the version's language
SEVERAL_KNOWN_SHARE = 0.2  # enough where they are two or more; leaves 3 % of tweets to py3langid, at 115 µs each
FIRST_WORDS, FIRST_CHARACTERS = 12, 300  # looked at first
SURE = 0.4  # the probability from which py3langid is believed
LEAST_LETTERS = 12  # with fewer of them nothing is clear, where they are Latin ones
LEAST_OTHER_LETTERS = 3  # letters of another alphabet say more
LONGEST = 700  # characters that are looked at

_NO_WORDS = ("@", "#", "&", "http")
_LAST_LATIN = "\u024f"
_NO_LANGUAGE = re.compile(rf"https?://\S+|www\.\S+|[@#]\w+|<br\s*/?>|&\w+;|{masking.PLACEHOLDER}")
#: What separates words and not pieces; those of them that are ASCII.
_OTHER_BLANK = re.compile("[\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_SEPARATORS = (b"\x1c", b"\x1d", b"\x1e", b"\x1f")
_REMEMBERED_WORDS = 50_000  # 10 MB
_KNOWN = 1 << 16  # more than there are words in `LONGEST` characters


class Languages:
    """The languages of a version, known by its frequent words."""

    def __init__(self, codes: Sequence[str], words: Sequence[str]) -> None:
        """Take the ISO 639 codes of the languages, and the version's words, most frequent first."""
        self._codes = NO_OTHER.union(codes)
        frequent = frozenset(words[:FREQUENT_WORDS]).difference(ELSEWHERE)
        self._is_frequent = frequent.__contains__
        self._frequent = _remembered(frequent)
        self._worth = lru_cache(_REMEMBERED_WORDS)(self._weigh)

    def foreign(self, texts: Sequence[str]) -> NDArray[np.bool_]:
        """Say of each text whether it is clearly in another language."""
        found = pieces.split(texts)
        foreign = ~self._begin_well(found)
        foreign[foreign] = [self._is_foreign(text) for text in found.only(foreign)]
        return foreign

    def _begin_well(self, texts: Pieces) -> NDArray[np.bool_]:
        """Find the texts whose first words alone settle it, nine in ten, all at once; of some it is not seen."""
        counts = np.minimum(np.diff(texts.firsts), FIRST_WORDS)
        known = np.zeros(len(texts), np.int64)
        if len(texts.keys):
            places = texts.firsts[:-1, None] + np.arange(FIRST_WORDS)
            numbers = self._frequent.find(texts.keys.take(places, mode="clip").ravel()).reshape(places.shape)
            known = ((numbers > 0) & (np.arange(FIRST_WORDS) < counts[:, None])).sum(axis=1)
        return (known >= KNOWN_SHARE * counts) & ~_are_cut(texts, counts) & ~_hold_other_blanks(texts)

    def _is_foreign(self, text: str) -> bool:
        plain = text[:LONGEST].lower()
        return not (self._is_known(plain.split()) or self._begins_well(text)) and self._is_other(plain)

    def _is_known(self, words: Sequence[str]) -> bool:
        known, telling = divmod(sum(map(self._worth, words)), _KNOWN)
        telling = max(telling, 1)
        return known >= KNOWN_SHARE * telling or (known > 1 and known >= SEVERAL_KNOWN_SHARE * telling)

    def _begins_well(self, text: str) -> bool:
        first = text[:FIRST_CHARACTERS].lower().split(None, FIRST_WORDS)[:FIRST_WORDS]
        return sum(map(self._is_frequent, first)) >= KNOWN_SHARE * len(first)

    def _weigh(self, word: str) -> int:
        """Count 1 for a word that says something, and `_KNOWN` for a frequent one."""
        if word.startswith(_NO_WORDS):
            return 0
        word = word.strip(punctuation)
        return (word not in ELSEWHERE) + _KNOWN * self._is_frequent(word)

    def _is_other(self, plain: str) -> bool:
        plain = _NO_LANGUAGE.sub(" ", plain)
        letters = [letter for letter in plain if letter.isalpha()]
        others = sum(letter > _LAST_LATIN for letter in letters)
        if len(letters) < LEAST_LETTERS and others < LEAST_OTHER_LETTERS:
            return False
        language, probability = _identifier().classify(plain)
        return language not in self._codes and bool(probability > SURE)


@cache
def _identifier() -> Any:  # noqa: ANN401 - the package has no types
    from py3langid import langid  # noqa: PLC0415 - only texts without enough frequent words need it

    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)


def _remembered(words: frozenset[str]) -> Memory:
    """Remember the keys of words, as far as every piece that has the key of one is that word in lower case."""
    # A half of a character is written as `?`.
    found = pieces.split(sorted(word for word in words if word == word.lower() and "?" not in word))
    counts = np.diff(found.firsts)
    known = np.unique(found.keys[np.repeat(counts == 1, counts)])
    known = known[(known != keys.HANDLE) & (known != keys.ADDRESS)]
    memory = Memory(len(known))
    memory.add(known, np.zeros((len(known), 0), np.int64))
    return memory


def _are_cut(texts: Pieces, counts: Numbers) -> NDArray[np.bool_]:
    """Find the texts whose first words may lie beyond `FIRST_CHARACTERS`."""
    if not len(texts.ends):
        return np.zeros(len(texts), bool)
    ends = texts.ends.take(texts.firsts[:-1] + counts - 1, mode="clip")
    return (texts.sizes > FIRST_CHARACTERS) & (ends - texts.starts > FIRST_CHARACTERS)


def _hold_other_blanks(texts: Pieces) -> NDArray[np.bool_]:
    """Find the texts in which pieces are not words."""
    if any(separator in texts.written for separator in _SEPARATORS):
        hold = np.ones(len(texts), bool)
    else:
        hold = ~np.fromiter(map(str.isascii, texts), bool, len(texts))
    hold[hold] = [bool(_OTHER_BLANK.search(text)) for text in texts.only(hold)]
    return hold
