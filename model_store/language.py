"""Which texts are clearly in a language that a version does not know: they are skipped, not scored.

A text of which enough words are frequent ones of the version is of its language; the others are shown to py3langid,
whose model is inside its package: it would else take short comments with slang and names for foreign. Why it, and how
often it errs: docs/decisions/0010-languages.md.
"""

import re
from collections.abc import Sequence
from functools import cache
from string import punctuation
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_store import masking

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


class Languages:
    """The languages of a version, known by its frequent words."""

    def __init__(self, codes: Sequence[str], words: Sequence[str]) -> None:
        """Take the ISO 639 codes of the languages, and the version's words, most frequent first."""
        self._codes = NO_OTHER.union(codes)
        self._is_frequent = frozenset(words[:FREQUENT_WORDS]).difference(ELSEWHERE).__contains__

    def foreign(self, texts: Sequence[str]) -> NDArray[np.bool_]:
        """Say of each text whether it is clearly in another language."""
        return np.fromiter(map(self._is_foreign, texts), bool, len(texts))

    def _is_foreign(self, text: str) -> bool:
        # The first words alone settle five tweets in six, in 3 µs each.
        first = text[:FIRST_CHARACTERS].lower().split(None, FIRST_WORDS)[:FIRST_WORDS]
        if sum(map(self._is_frequent, first)) >= KNOWN_SHARE * len(first):
            return False
        plain = text[:LONGEST].lower()
        return not self._is_known(plain) and self._is_other(plain)

    def _is_known(self, plain: str) -> bool:
        words = [word.strip(punctuation) for word in plain.split() if not word.startswith(_NO_WORDS)]
        known = sum(map(self._is_frequent, words))
        telling = max(len(words) - sum(map(ELSEWHERE.__contains__, words)), 1)
        return known >= KNOWN_SHARE * telling or (known > 1 and known >= SEVERAL_KNOWN_SHARE * telling)

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
