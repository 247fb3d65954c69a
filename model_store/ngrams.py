"""Texts to n-grams inside a TensorFlow graph: string in, numbers out, the same in training and serving.

Everything is arithmetic on the bytes of all texts at once. A token is a run of letters and digits, a run of one
punctuation mark, or one sign that is no letter, such as an emoji. The n-grams are single tokens and runs of two and
three of them, and the runs of three to five bytes within a token and its two edges.
"""

from typing import Any, NamedTuple

import numpy as np

from model_store.hashes import LONGEST, NEXT, POWER, POWERS, SECOND, SPREAD

BLANK, WORD, MARK, SIGN, HANDLE = range(5)
ORDERS = (1, 2, 3)  # tokens in a run
CHARACTERS = (3, 4, 5)  # bytes in a run
EDGE = 256  # stands before and behind a token, where no byte does
_PLACES = (0x2C1B3C6D, 0x297A2D39, 0x1B873593, 0x4CF5AD43, 0x5F356495)  # of 32 bits, one per byte of a run
_SPREAD_CHARACTERS = 0x165667B1

_ADDRESS = r"(?i)\b(?:https?://|www\.)\S+"
#: What an address becomes: a mark that nobody writes.
_A_LINK = "\x1a"
_TO_CHANGE = ((_ADDRESS, f" {_A_LINK} "), ("\u2019", "'"), ("\ufe0f", ""))
NEWLINE = ord("\n")
_HANDLE, _APOSTROPHE = ord("@"), ord("'")
_FIRST_UPPER, _LAST_UPPER, _TO_LOWER = ord("A"), ord("Z"), ord("a") - ord("A")
_FOLLOWING = -1  # in place of a kind: a byte of the character whose first byte stands before it
_MOST_FOLLOWING = 3  # bytes of a character in UTF-8


class Letters(NamedTuple):
    """The bytes of all texts, lower case, elongations cut; each of shape (bytes,)."""

    #: int32
    letters: Any
    #: int64: where each stands among the bytes that were cut
    places: Any
    #: int32: `BLANK`, `WORD`, `MARK`, `SIGN`, or `HANDLE` at the first letter of a handle
    kinds: Any
    #: bool: whether it is part of a token, and whether one begins there
    inside: Any
    starts: Any


class Tokens(NamedTuple):
    """The tokens of all texts, and the bytes that they were made of."""

    #: int64, shape (tokens,)
    hashes: Any
    #: int32, shape (tokens,): which text
    texts: Any
    #: int32, shape (tokens,): `WORD`, `MARK`, `SIGN`, or `HANDLE`, which is one token whatever its letters
    kinds: Any
    #: int32, shape (tokens, 2): begin and end among the bytes of `joined(changed(texts))`
    places: Any
    #: what they were made of
    letters: Letters
    #: int32, shape (bytes,): which token; of a blank the one before
    owners: Any


class Runs(NamedTuple):
    """Numbers of n-grams of one order, 0 to 2^`bits` - 1, and which of them are there."""

    buckets: Any
    there: Any


def changed(texts: Any) -> Any:  # noqa: ANN401 - a string tensor
    """Bring what is written in several ways to one: addresses, curly apostrophes, and marks that colour emoji."""
    import tensorflow as tf  # noqa: PLC0415 - whoever calls has started it

    for pattern, new in _TO_CHANGE:
        texts = tf.strings.regex_replace(texts, pattern, new)
    return texts


def joined(texts: Any) -> Any:  # noqa: ANN401 - a string tensor
    """Join texts by blanks, one in front: every token then has a byte before it."""
    import tensorflow as tf  # noqa: PLC0415 - as above

    return tf.strings.join([" ", tf.strings.reduce_join(texts, separator=" ")])


def letters(line: Any) -> Letters:  # noqa: ANN401 - a string tensor of shape (), a blank in front
    """Say of each byte what it is, and where tokens begin."""
    import tensorflow as tf  # noqa: PLC0415 - as above

    every = tf.cast(tf.io.decode_raw(line, tf.uint8), tf.int32)
    places = tf.where(~_is_elongated(every))[:, 0]
    written = tf.gather(every, places)
    is_upper = (written >= _FIRST_UPPER) & (written <= _LAST_UPPER)
    lower = tf.where(is_upper, written + _TO_LOWER, written)  # a third of the time that looking them up takes
    kinds = _kinds(lower)
    inside = kinds != BLANK
    is_handle = (kinds == WORD) & (_before(lower) == _HANDLE)
    return Letters(lower, places, tf.where(is_handle, HANDLE, kinds), inside, inside & _starts(lower, kinds))


def tokens(texts: Any) -> Tokens:  # noqa: ANN401 - a string tensor of shape (texts,)
    """Cut texts into tokens; they are first brought to one form by `changed`."""
    import tensorflow as tf  # noqa: PLC0415 - as above

    texts = changed(texts)
    found = letters(joined(texts))
    begins = tf.where(found.starts)[:, 0]
    follows = tf.concat(
        [found.starts[1:] | ~found.inside[1:], tf.ones(tf.minimum(tf.size(found.starts), 1), tf.bool)], 0
    )
    owners = tf.maximum(tf.cumsum(tf.cast(found.starts, tf.int32)) - 1, 0)
    begin = tf.cast(tf.gather(found.places, begins), tf.int32)
    end = tf.cast(tf.gather(found.places, tf.where(found.inside & follows)[:, 0]), tf.int32) + 1
    kinds = tf.gather(found.kinds, begins)
    hashes = _hashes(found.letters, found.inside, owners, begins)
    return Tokens(
        tf.where(kinds == HANDLE, tf.constant(POWER, tf.int64), hashes),
        tf.searchsorted(tf.cumsum(tf.strings.length(texts) + 1), begin - 1, side="right"),
        kinds,
        tf.stack([begin, end], axis=1),
        found,
        owners,
    )


def runs(hashes: Any, texts: Any, bits: int) -> list[Runs]:  # noqa: ANN401 - int64 and int32 tensors of shape (tokens,)
    """Number the runs of one, two and three tokens, each by its first token: arrays of shape (tokens,)."""
    import tensorflow as tf  # noqa: PLC0415 - as above

    made, singles = [], hashes
    there = tf.ones_like(texts, tf.bool)
    for order in ORDERS:
        if order > 1:
            hashes = hashes * NEXT + _after(singles, order - 1, 0) * SECOND
            there = _after(texts, order - 1, -1) == texts
        made.append(Runs(_top(hashes * SPREAD, 64, bits), there))
    return made


def characters(found: Tokens, bits: int) -> list[Runs]:
    """Number the runs of three, four and five bytes, each by the byte before its second: arrays of shape (bytes,).

    The token that such a run belongs to is that of its second byte: `owners_of_characters`. Handles have none.
    """
    import tensorflow as tf  # noqa: PLC0415 - as above

    is_own = tf.gather(tf.pad(found.kinds, [[0, 1]]), owners_of_characters(found)) != HANDLE
    return [Runs(run.buckets, run.there & is_own) for run in characters_of_all(found.letters, bits)]


def characters_of_all(found: Letters, bits: int) -> list[Runs]:
    """Number runs of bytes as `characters` does, those of handles too."""
    import tensorflow as tf  # noqa: PLC0415 - as above

    goes_on = found.inside & ~found.starts
    made, sums, there = [], tf.zeros_like(found.letters), _after(found.inside, 1, fill=False)
    own = _after(goes_on, 1, fill=False)
    for place, factor in enumerate(_PLACES):
        if place > 0:
            own = there if place == 1 else own & _after(goes_on, place, fill=False)
        sums += tf.where(own, _after(found.letters, place, 0), EDGE) * factor
        if place + 1 in CHARACTERS:
            made.append(Runs(_top((sums + place) * _SPREAD_CHARACTERS, 32, bits), there))
        if place > 1:
            there &= own
    return made


def owners_of_characters(found: Tokens) -> Any:  # noqa: ANN401 - an int32 tensor of shape (bytes,)
    """Say of each run of `characters` which token it belongs to."""
    import tensorflow as tf  # noqa: PLC0415 - as above

    return tf.concat([found.owners[1:], found.owners[-1:]], 0)


def _kinds(letters: Any) -> Any:  # noqa: ANN401 - tensors
    """Say of each byte what its character is; an apostrophe between letters belongs to their word."""
    import tensorflow as tf  # noqa: PLC0415 - as above

    kinds = tf.gather(tf.constant(_KINDS), letters)
    for _ in range(_MOST_FOLLOWING):
        kinds = tf.where(kinds == _FOLLOWING, _before(kinds), kinds)
    between = (letters == _APOSTROPHE) & (_before(kinds) == WORD) & (_after(kinds, 1, BLANK) == WORD)
    return tf.where(between, WORD, kinds)


def _starts(letters: Any, kinds: Any) -> Any:  # noqa: ANN401 - tensors
    """Say of each byte whether a token can start there."""
    differs = (kinds != _before(kinds)) | ((kinds == MARK) & (letters != _before(letters)))
    return differs | ((kinds == SIGN) & ((letters & 0xC0) != 0x80))  # noqa: PLR2004 - as above


def _is_elongated(every: Any) -> Any:  # noqa: ANN401 - tensors
    """Find the fourth and later ones of equal ASCII characters: "sooooo" is "sooo". Lines stay, even empty ones."""
    one, two, three = (_before(every, places) for places in (1, 2, 3))
    is_repeated = (every == one) & (one == two) & (two == three)
    return is_repeated & (every < 0x80) & (every != NEWLINE)  # noqa: PLR2004 - the end of ASCII


def _hashes(letters: Any, inside: Any, owners: Any, begins: Any) -> Any:  # noqa: ANN401 - tensors
    """Compute a polynomial of each token's bytes, modulo 2^64."""
    import tensorflow as tf  # noqa: PLC0415 - as above

    place = tf.range(tf.size(letters)) - tf.gather(tf.cast(tf.pad(begins, [[0, 1]]), tf.int32), owners)
    power = tf.gather(tf.constant(POWERS), tf.clip_by_value(place, 0, LONGEST - 1))
    terms = tf.where(inside, tf.cast(letters, tf.int64) * power, 0)
    return tf.math.segment_sum(terms, owners)[: tf.size(begins)]


def _top(hashes: Any, width: int, bits: int) -> Any:  # noqa: ANN401 - tensors
    import tensorflow as tf  # noqa: PLC0415 - as above

    shifted = tf.bitwise.right_shift(hashes, tf.constant(width - bits, hashes.dtype))
    return tf.cast(shifted & ((1 << bits) - 1), tf.int32)


def _before(values: Any, places: int = 1, fill: int = 0) -> Any:  # noqa: ANN401 - tensors
    """Give each place what stands some places before it."""
    import tensorflow as tf  # noqa: PLC0415 - as above

    return tf.pad(values, [[places, 0]], constant_values=fill)[: tf.size(values)]


def _after(values: Any, places: int, fill: int) -> Any:  # noqa: ANN401 - tensors
    """Give each place what stands some places behind it."""
    import tensorflow as tf  # noqa: PLC0415 - as above

    return tf.pad(values, [[0, places]], constant_values=fill)[places:] if places else values


def _kind(byte: int) -> int:
    """Say what a character is by its first byte."""
    if byte < 0x80:  # noqa: PLR2004 - ASCII
        letter = chr(byte)
        if letter.isalnum() or letter == "_":
            return WORD
        return MARK if letter == _A_LINK or (letter.isprintable() and letter != " ") else BLANK
    if byte < 0xC0:  # noqa: PLR2004 - the bytes of a character behind its first one
        return _FOLLOWING
    # 0xC2 begins the signs of Latin-1, 0xE2 punctuation and symbols, 0xEF full-width forms, 0xF0 emoji.
    return SIGN if byte in {0xC2, 0xE2, 0xEF} or byte >= 0xF0 else WORD  # noqa: PLR2004


_KINDS = np.array([_kind(byte) for byte in range(256)], np.int32)
