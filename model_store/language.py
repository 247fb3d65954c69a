"""Which texts are clearly in a language that a version does not know: they are skipped, not scored.

A text of which enough words are frequent ones of the version is of its language; the others are shown to py3langid,
whose model is inside its package: it would else take short comments with slang and names for foreign. Why it, and how
often it errs: docs/decisions/0010-languages.md.
"""

import re
from collections.abc import Sequence
from string import punctuation
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_store import masking, pieces
from model_store.identifying import identifier
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
#: What separates words and not pieces; those of them that are ASCII, and what the others begin with in UTF-8.
_OTHER_BLANK = re.compile("[\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_FIRST_SEPARATOR, _LAST_SEPARATOR = b"\x1c\x1f"
_TWO_BYTES, _FIRST_OF_THREE, _LAST_OF_THREE = b"\xc2\xe1\xe3"
_REMEMBERED = 1 << 19  # words: 20 MB
_KNOWN = 1 << 32  # more than there are words in a text


class Languages:
    """The languages of a version, known by its frequent words; several threads may ask."""

    def __init__(self, codes: Sequence[str], words: Sequence[str]) -> None:
        """Take the ISO 639 codes of the languages, and the version's words, most frequent first."""
        self._codes = NO_OTHER.union(codes)
        self._is_frequent = frozenset(words[:FREQUENT_WORDS]).difference(ELSEWHERE).__contains__
        self._memory = Memory(_REMEMBERED, 1)
        self._lock = Lock()

    def foreign(self, texts: Sequence[str]) -> NDArray[np.bool_]:
        """Say of each text whether it is clearly in another language."""
        found = pieces.split(texts)
        foreign = ~self._are_known(found)
        foreign[foreign] = self._are_foreign(found.only(foreign))
        return foreign

    def _are_known(self, texts: Pieces) -> NDArray[np.bool_]:
        """Find the texts with enough frequent words, 49 of 50, all at once; of some it is not seen."""
        with self._lock:
            memory = self._memory.for_as_many(len(texts.keys))
            numbers = memory.learn(texts.keys, lambda new: self._weighed(texts.lines(new).decode()))
            worth = memory.rows[:, 0].take(numbers)
        known, telling = np.divmod(pieces.per_text(worth, texts.firsts), _KNOWN)
        are_enough: NDArray[np.bool_] = _are_enough(known, telling)
        return are_enough & ~texts.are_longer(LONGEST) & ~_hold_other_blanks(texts)

    def _are_foreign(self, texts: Sequence[str]) -> list[bool]:
        telling = [self._telling(text) for text in texts]
        asked = [text for text in telling if text]
        said = iter(identifier().identify(asked) if asked else ())
        return [bool(text) and self._is_other(*next(said)) for text in telling]

    def _telling(self, text: str) -> str:
        """Give what of a text may be in another language; nothing where it is known, or says too little."""
        if self._begins_well(text):
            return ""
        plain = text[:LONGEST].lower()
        known, telling = divmod(sum(map(self._weigh, plain.split())), _KNOWN)
        return "" if _are_enough(known, telling) or not _has_letters(plain := _NO_LANGUAGE.sub(" ", plain)) else plain

    def _begins_well(self, text: str) -> bool:
        first = text[:FIRST_CHARACTERS].lower().split(None, FIRST_WORDS)[:FIRST_WORDS]
        return sum(map(self._is_frequent, first)) >= KNOWN_SHARE * len(first)

    def _weighed(self, lines: str) -> Numbers:
        """Weigh words, one a line, shape (words, 1)."""
        worth = map(self._weigh, lines.lower().split("\n"))
        return np.fromiter(worth, np.int64)[:, None]

    def _weigh(self, word: str) -> int:
        """Count 1 for a word that says something, and `_KNOWN` for a frequent one."""
        if word.startswith(_NO_WORDS):
            return 0
        word = word.strip(punctuation)
        return (word not in ELSEWHERE) + _KNOWN * self._is_frequent(word)

    def _is_other(self, language: str, probability: float) -> bool:
        return language not in self._codes and probability > SURE


def _has_letters(plain: str) -> bool:
    letters = [letter for letter in plain if letter.isalpha()]
    others = sum(letter > _LAST_LATIN for letter in letters)
    return len(letters) >= LEAST_LETTERS or others >= LEAST_OTHER_LETTERS


def _are_enough(known: Any, telling: Any) -> Any:  # noqa: ANN401 - of one text or of many
    """Say whether so many frequent words among so many telling ones make a text one of the version's language."""
    return (known >= KNOWN_SHARE * np.maximum(telling, 1)) | ((known > 1) & (known >= SEVERAL_KNOWN_SHARE * telling))


def _hold_other_blanks(texts: Pieces) -> NDArray[np.bool_]:
    """Find the texts in which pieces are not words; few hold a byte that such a blank may begin with."""
    letters = np.frombuffer(texts.written, np.uint8)
    may_begin = letters - np.uint8(_FIRST_SEPARATOR) <= _LAST_SEPARATOR - _FIRST_SEPARATOR
    may_begin |= (letters == _TWO_BYTES) | (letters - np.uint8(_FIRST_OF_THREE) <= _LAST_OF_THREE - _FIRST_OF_THREE)
    places = np.flatnonzero(may_begin)
    hold = places.searchsorted(texts.starts) < places.searchsorted(texts.starts + texts.sizes)
    hold[hold] = [bool(_OTHER_BLANK.search(text)) for text in texts.only(hold)]
    return hold
