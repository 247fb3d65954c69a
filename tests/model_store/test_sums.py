import numpy as np
import pytest

from model_store import ngrams, pieces, runtime, sums, tables
from model_store.tables import Kind, Line
from tests.model_store import odd

KINDS = [Kind(Line(1.0, 0.0), None)] * 2


@pytest.fixture(scope="module")
def graph():
    runtime.start()
    return sums.Graph(tables.rounded(**{name: np.ones((16, 2)) for name in ("runs", "characters", "long_runs")}), KINDS)


def tokens(written):
    import tensorflow as tf

    return ngrams.tokens(tf.constant(written, tf.string))


def cut(graph, texts, *, is_long=False):
    split = pieces.split(texts)
    lines = split.lines(np.arange(len(split.keys)))
    return graph.cut(lines, is_long=is_long), lines.split(b"\n")


@pytest.mark.parametrize("is_long", [False, True], ids=["short", "long"])
@pytest.mark.parametrize("texts", [["good"], ["so", "GOOD!!!!!(", "\ufe0f", "\ufe0f", "\ufe0f", "x"], odd.texts(200)])
def test_pieces_are_cut_into_the_tokens_that_training_sees(graph, texts, is_long):
    found, written = cut(graph, texts, is_long=is_long)
    expected = tokens(written)
    assert found.hashes.tolist() == expected.hashes.numpy().tolist()
    assert found.kinds.tolist() == expected.kinds.numpy().tolist()
    assert found.firsts.tolist() == np.searchsorted(expected.texts.numpy(), range(len(written) + 1)).tolist()
    begins, ends = expected.places.numpy().T
    assert found.is_close[1:].tolist() == (ends[:-1] == begins[1:]).tolist()


def test_each_token_has_its_runs_of_characters(graph):
    found, written = cut(graph, odd.texts(100))
    expected = tokens(written)
    owners = ngrams.owners_of_characters(expected).numpy()
    segments = np.repeat(np.arange(len(found.hashes)), np.diff(found.first_characters, append=found.there.shape[1]))
    for buckets, there, run in zip(found.characters, found.there, ngrams.characters(expected, 4), strict=True):
        is_there = run.there.numpy()
        kept = there[found.first_characters[0] :] & (found.kinds[segments] != ngrams.HANDLE)
        assert segments[kept].tolist() == owners[is_there].tolist()
        assert buckets[found.first_characters[0] :][kept].tolist() == run.buckets.numpy()[is_there].tolist()


def test_tokens_have_their_places_in_what_was_written(graph):
    found, _ = cut(graph, ["Goooood!!!!!! \u2019tis a www.x.y \U0001f600"])
    written = [found.written[begin:end].decode() for begin, end in zip(found.begins, found.ends, strict=True)]
    assert written == ["Goooood", "!!!", "'", "tis", "a", "\x1a", "\U0001f600"]


def test_nothing_is_cut_into_nothing(graph):
    found, _ = cut(graph, [""])
    assert len(found.hashes) == 0
    assert found.firsts.tolist() == [0, 0]
