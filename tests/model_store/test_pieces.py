from collections import defaultdict

import numpy as np
import pytest

from model_store import ngrams, pieces, runtime
from tests.model_store import odd


def tensorflow():
    runtime.start()
    import tensorflow as tf

    return tf


def written(found):
    """The pieces of each text."""
    every = found.lines(np.arange(len(found.keys))).split(b"\n")
    return [every[first:last] for first, last in zip(found.firsts, found.firsts[1:], strict=False)]


def keys_of(*texts):
    return pieces.split(texts).keys.tolist()


@pytest.mark.parametrize("texts", [[], [""], ["", " \n", "a"], ["a b", "", "c\td  e\n", "\u00e9"], odd.texts(300)])
def test_texts_are_split_where_tensorflow_splits_them(texts):
    tf = tensorflow()
    encoded = tf.constant([text.encode(errors="replace") for text in texts], tf.string)
    assert written(pieces.split(texts)) == tf.strings.split(encoded).to_list()


def test_split_texts_are_still_a_sequence_of_texts():
    texts = odd.texts(20)
    found = pieces.split(texts)
    assert list(found) == texts
    assert (len(found), found[3], found[4:6]) == (20, texts[3], texts[4:6])
    assert pieces.split(found) is found


def test_texts_that_are_left_out_take_their_pieces_with_them():
    texts = odd.texts(50)
    kept = np.arange(50) % 3 > 0
    found = pieces.split(texts).part(kept)
    alone = pieces.split([text for text, is_kept in zip(texts, kept, strict=True) if is_kept])
    assert list(found) == list(alone)
    assert written(found) == written(alone)
    assert found.keys.tolist() == alone.keys.tolist()
    assert written(found.between(5, 20)) == written(alone)[5:20]


def test_stretches_hold_all_texts_in_their_order():
    found = pieces.split(["a b c", "", "d", "e f g h i", "j", ""])
    assert [list(found.between(*stretch)) for stretch in found.stretches(4)] == [
        ["a b c", "", "d"],
        ["e f g h i"],
        ["j", ""],
    ]
    assert pieces.split([]).stretches(4) == [(0, 0)]


def test_texts_are_split_a_portion_at_a_time(monkeypatch):
    monkeypatch.setattr(pieces, "PORTION", 200)
    texts = [*odd.texts(50), "long " * 100, "short"]
    places, found = zip(*pieces.portions(texts), strict=True)
    assert [list(portion) for portion in found] == [texts[place] for place in places]
    assert [text for portion in found for text in portion] == texts
    assert all(portion.sizes[1:].sum() <= 200 for portion in found)
    assert [list(portion) for _, portion in pieces.portions([])] == [[]]


def test_the_length_of_a_text_is_counted_in_characters():
    found = pieces.split(["a" * 10, "a" * 11, "\u00e9" * 10, "\U0001f600" * 11])
    assert found.are_longer(10).tolist() == [False, True, False, True]


def test_pieces_of_one_key_are_cut_into_the_same_tokens():
    tf = tensorflow()
    made = [piece + tail for piece in odd.PIECES for tail in ("", "!", "x", "OO")] + odd.texts(100)
    every = pieces.split([cased for text in made for cased in (text, text.lower(), text.upper())])
    found = ngrams.tokens(tf.constant(every.lines(np.arange(len(every.keys))).split(b"\n")))
    tokens = defaultdict(list)
    for piece, *token in zip(found.texts.numpy(), found.hashes.numpy(), found.kinds.numpy(), strict=True):
        tokens[piece].append(tuple(token))
    by_key = defaultdict(set)
    for piece, key in enumerate(every.keys.tolist()):
        by_key[key].add(tuple(tokens[piece]))
    assert {len(cuts) for cuts in by_key.values()} == {1}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Good", "gOOD"),
        ("@lumo", "@acme_1"),
        ("http://a", "https://b.c/D"),
        ("@" + "d" * 90, "@x"),
        ("\u00e9T", "\u00e9t"),
    ],
)
def test_what_differs_in_nothing_that_counts_has_one_key(one, other):
    assert keys_of(one) == keys_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a", "a\x00"),
        ("b", "a\x00"),
        ("aaaa", "aaaA"),
        ("@lumo", "@lumo!"),
        ("http://", "http://a"),
        ("@", "@a"),
        ("\u00c9", "\u00e9"),
        ("a" * 64, "a" * 65),
        ("a" * 80, "a" * 79 + "b"),
        ("x" * 7 + "a" + "y" * 7 + "b", "x" * 7 + "b" + "y" * 7 + "a"),
    ],
)
def test_what_differs_has_another_key(one, other):
    assert keys_of(one) != keys_of(other)


def test_a_hundred_thousand_words_have_as_many_keys():
    words = [f"{word}{number}" for word in ("a", "w", "ward", "wordword") for number in range(25_000)]
    assert len(np.unique(pieces.split([" ".join(words)]).keys)) == 100_000
