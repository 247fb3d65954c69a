import numpy as np
import pytest

from model_store import windows
from model_store.wordpieces import END, PADDING, START


def pieces(*lengths):
    return [np.arange(1, length + 1, dtype=np.int32) for length in lengths]


def test_every_piece_of_a_long_text_is_in_one_window_and_the_windows_are_alike():
    cut = windows.cut(pieces(700, 3), 256)
    assert cut.texts.tolist() == [0, 0, 0, 1]
    assert np.concatenate(cut.ids[:3]).tolist() == list(range(1, 701))
    assert [len(ids) for ids in cut.ids] == [233, 233, 234, 3]


def test_a_text_without_pieces_has_no_window_and_an_average_of_nothing():
    cut = windows.cut(pieces(0, 5), 256)
    assert cut.texts.tolist() == [1]
    assert cut.average(np.array([[4.0, 2.0]], np.float32), 2).tolist() == [[0, 0], [4, 2]]


def test_of_an_endless_text_windows_of_its_beginning_its_end_and_between_are_read():
    cut = windows.cut(pieces(254 * 1_000), 256)
    assert len(cut.ids) == windows.MOST
    assert (cut.ids[0][0], cut.ids[-1][-1]) == (1, 254_000)


def test_what_is_said_of_windows_is_averaged():
    cut = windows.cut(pieces(500, 2), 256)
    assert cut.average(np.array([[1, 0], [3, 0], [7, 1]], np.float32), 2).tolist() == [[2, 0], [7, 1]]


@pytest.mark.parametrize("multiple", [1, 8])
def test_batches_hold_every_window_once_and_no_more_tokens_than_asked(multiple):
    ids = pieces(*np.random.default_rng(0).integers(1, 200, 300))
    batches = windows.batches(ids, 1_024, multiple)
    assert sorted(np.concatenate(batches).tolist()) == list(range(300))
    padded = [windows.padded([ids[place] for place in batch], multiple) for batch in batches]
    assert max(one.size for one in padded) <= 1_024
    real = sum(len(one) + windows.MARKS for one in ids)
    assert sum(one.size for one in padded) < 1.1 * real


def test_a_window_longer_than_a_batch_is_a_batch_of_its_own():
    assert [batch.tolist() for batch in windows.batches(pieces(50, 3), 20)] == [[1], [0]]


def test_windows_are_padded_behind_their_marks():
    assert windows.padded(pieces(3, 1)).tolist() == [[START, 1, 2, 3, END], [START, 1, END, PADDING, PADDING]]
