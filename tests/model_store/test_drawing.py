import numpy as np

from model_store import windows
from model_store.training import drawing
from model_store.training.drawing import Group

GROUPS = [Group(np.arange(100), 0.75), Group(np.arange(100, 400), 0.25)]


def pieces(count):
    generator = np.random.default_rng(1)
    return [generator.integers(1_000, 2_000, generator.integers(1, 300)).astype(np.int32) for _ in range(count)]


def test_each_group_has_its_share_of_every_round():
    rounds = drawing.rounds(GROUPS, 400, 80, seed=1)
    assert [len(rows) for rows in rounds] == [80] * 5
    assert all(50 <= (rows < 100).sum() <= 70 for rows in rounds)


def test_no_row_comes_again_before_all_of_its_group_have_come():
    drawn = np.concatenate(drawing.rounds(GROUPS, 400, 80, seed=1))
    first_group = drawn[drawn < 100]
    assert [sorted(first_group[start : start + 100]) for start in (0, 100, 200)] == [list(range(100))] * 3
    assert len(np.unique(drawn[drawn >= 100])) == 100


def test_the_batches_of_a_round_hold_each_of_its_texts_once_cut_to_the_window():
    rows, found = np.arange(200), pieces(200)
    batches = drawing.batches(rows, found, 128, 1_024, [1, 0])
    assert sorted(np.concatenate([batch.rows for batch in batches]).tolist()) == rows.tolist()
    assert max(batch.ids.shape[1] for batch in batches) == 128
    for batch in batches:
        for ids, row in zip(batch.ids, batch.rows, strict=True):
            read = ids[1 : np.flatnonzero(ids == drawing.windows.END)[-1]]
            assert len(read) == min(len(found[row]), 128 - windows.MARKS)
            assert read.tobytes() in found[row].tobytes()


def test_the_same_seed_draws_the_same_batches_and_another_round_others():
    rows, found = np.arange(200), pieces(200)
    one, again, other = (drawing.batches(rows, found, 128, 1_024, [1, number]) for number in (0, 0, 1))
    assert all(np.array_equal(a.ids, b.ids) for a, b in zip(one, again, strict=True))
    assert not np.array_equal(one[0].rows, other[0].rows)
