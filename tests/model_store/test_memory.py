import numpy as np
import pytest

from model_store.memory import Memory


def remembering(*keys, most=100):
    memory = Memory(most, 1)
    memory.add(np.array(keys), np.array(keys)[:, None] * 10)
    return memory


def test_keys_are_numbered_in_the_order_in_which_they_came():
    memory = remembering(7, -3, 5)
    memory.add(np.array([9]), np.array([[90]]))
    assert memory.find(np.array([9, 5, 7, -3])).tolist() == [4, 3, 1, 2]


def test_what_is_remembered_stands_by_the_number():
    memory = remembering(7, -3, 5)
    assert memory.rows[memory.find(np.array([-3, 5, -3]))].ravel().tolist() == [-30, 50, -30]


def test_a_key_that_is_not_known_has_no_number():
    assert remembering(7).find(np.array([8, 0, 7, -7])).tolist() == [0, 0, 1, 0]


def test_what_was_forgotten_is_not_known_and_can_be_learnt_again():
    memory = remembering(7, -3)
    memory.forget()
    assert memory.find(np.array([7, -3])).tolist() == [0, 0]
    memory.add(np.array([-3]), np.array([[1]]))
    assert memory.find(np.array([7, -3])).tolist() == [0, 1]


@pytest.mark.parametrize("step", [1, 1 << 44, -0x61C8864680B583EB])
def test_every_key_of_a_full_memory_is_found_and_no_other(step):
    keys = np.arange(1, 20_001) * step
    memory = Memory(10_000)
    for some in (keys[:4_000], keys[4_000:10_000]):
        memory.add(some, np.zeros((len(some), 0), np.int64))
    assert memory.find(keys[:10_000]).tolist() == list(range(1, 10_001))
    assert not memory.find(keys[10_000:]).any()


def test_nothing_is_found_in_nothing():
    assert Memory(0).find(np.array([1, 2])).tolist() == [0, 0]
    assert remembering(7).find(np.array([], np.int64)).tolist() == []


def times_ten(keys):
    return lambda new: keys[new][:, None] * 10


def test_what_is_new_is_made_once_and_remembered():
    memory, made = Memory(10, 1), []
    for keys in (np.array([4, 5, 4]), np.array([5, 6])):
        numbers = memory.learn(keys, lambda new, keys=keys: made.extend(keys[new]) or times_ten(keys)(new))
        assert memory.rows[numbers].ravel().tolist() == (keys * 10).tolist()
    assert made == [4, 5, 6]


def test_a_full_memory_forgets_what_never_came_again():
    memory = Memory(4, 1)
    for keys in ([1, 2], [1, 3], [5, 6]):
        memory.learn(np.array(keys), times_ten(np.array(keys)))
    assert np.flatnonzero(memory.find(np.arange(7))).tolist() == [1, 5, 6]
    assert memory.rows[memory.find(np.array([1, 5, 6]))].ravel().tolist() == [10, 50, 60]


def test_a_memory_full_of_what_came_again_forgets_all():
    memory = Memory(4, 1)
    for keys in ([1, 2, 3], [1, 2, 3], [5, 6]):
        memory.learn(np.array(keys), times_ten(np.array(keys)))
    assert np.flatnonzero(memory.find(np.arange(7))).tolist() == [5, 6]


def test_for_more_keys_than_it_has_room_there_is_a_memory_of_their_own():
    memory = Memory(4, 1)
    assert memory.for_as_many(4) is memory
    assert memory.for_as_many(5).learn(np.arange(5), times_ten(np.arange(5))).tolist() == [1, 2, 3, 4, 5]
