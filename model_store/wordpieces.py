"""Texts to the word pieces of the recipe `accurate`: what social comments write is put in words that BERT knows."""

import html
import re
import unicodedata
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from model_store.masking import PLACEHOLDER

PADDING, START, END = 0, 101, 102  # ids of [PAD], [CLS] and [SEP]
MASK, UNKNOWN = "[MASK]", "[UNK]"
LONGEST_WORD = 100  # characters; a longer one is unknown, as in BERT

_NO_WORDS = frozenset(("http", "user"))  # what links and handles are written as
_LINK = re.compile(r"(?:https?://|www\.)\S+")
_HANDLE = re.compile(r"(?<!\w)@\w+")
#: A letter or a sign three times and more: "sooooo" and "!!!!!" say what "soo" and "!!" say, in fewer pieces.
_RUN = re.compile(r"([^\W\d_]|[^\w\s])\1{2,}")
_SIGN = re.compile("[\u00a9\u00ae\u2100-\u2bff\U0001f000-\U0001faff]+")
#: What joins emoji, how they are drawn, their skin; and halves of signs, which are no text.
_NO_SIGN = re.compile("[\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\ud800-\udfff]")


class WordPieces:
    """A vocabulary and how texts are cut by it (Wu et al. 2016; Devlin et al. 2019)."""

    def __init__(self, pieces: Sequence[str]) -> None:
        """Take the pieces in the order of their ids."""
        ids = {piece: place for place, piece in enumerate(pieces)}
        # A masked brand is what stands behind BERT's own mask: a word that is there and not said.
        ids[PLACEHOLDER] = ids.pop(MASK)
        model = models.WordPiece(ids, unk_token=UNKNOWN, max_input_chars_per_word=LONGEST_WORD)
        self._tokenizer = Tokenizer(model)
        self._tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
        self._tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        self._are_words = np.array([piece.isalnum() and piece not in _NO_WORDS for piece in pieces])

    def encode(self, texts: Sequence[str]) -> list[NDArray[np.int32]]:
        """Give the ids of each text, without marks at its ends."""
        cut = self._tokenizer.encode_batch_fast([plain(text) for text in texts], add_special_tokens=False)
        return [np.array(one.ids, np.int32) for one in cut]

    def hold_words(self, pieces: Sequence[NDArray[np.int32]]) -> NDArray[np.bool_]:
        """Say which texts, given as ids, hold a word or an emoji; links, handles and the masked brand are none."""
        return np.array([self._are_words[ids].any() for ids in pieces], bool)


def plain(text: str) -> str:
    """Write a text as BERT has read them: links and handles by one word each, emoji by their names in Unicode."""
    if "&" in text:
        text = html.unescape(text)
    text = _NO_SIGN.sub("", text)
    text = _HANDLE.sub("@user", _LINK.sub("http", text))
    return _SIGN.sub(_names, _RUN.sub(r"\1\1", text))


def _names(found: re.Match[str]) -> str:
    # One emoji several times in a row is one: "crying crying crying" takes places that words need.
    return "".join(map(_name, dict.fromkeys(found[0])))


@cache
def _name(sign: str) -> str:
    if unicodedata.category(sign) != "So":
        return sign
    name = unicodedata.name(sign, "").lower()
    return "" if name.startswith("regional indicator") else f" {name} "
