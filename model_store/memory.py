"""What is remembered of keys: whole numbers.

A table of hashes in arrays: a hundred thousand keys are looked up in a few operations, 8 ns each where a dict takes 60.
"""

from collections.abc import Callable

import numpy as np

from model_store.keys import Numbers

_SPREAD = -0x40A7B892E31B1A47  # spreads the keys over the slots
_SLOTS_PER_KEY = 4  # at least: three in four stay free, so that most keys are found where they are looked for first


class Memory:
    """Keys by their number, in the order in which they came, from 1 on; 0 stands for all that are not known."""

    def __init__(self, most: int, width: int = 0) -> None:
        """Make room for so many keys, and a row so wide for each; it is taken from the system as it fills."""
        self.most = most
        self.count = 0
        #: int64, shape (most + 1, width): what is remembered, by number
        self.rows = np.zeros((most + 1, width), np.int64)
        bits = (_SLOTS_PER_KEY * most - 1).bit_length()
        self._shift, self._last = np.uint64(64 - bits), (1 << bits) - 1
        self._slots = np.zeros(1 << bits, np.int32)
        self._keys = np.zeros(most + 1, np.int64)
        self._came_again = np.zeros(most + 1, bool)

    def find(self, keys: Numbers) -> Numbers:
        """Give the number of each key."""
        slots = self._first_slots(keys)
        numbers = self._slots.take(slots).astype(np.int64)
        rest = np.flatnonzero((self._keys.take(numbers) != keys) & (numbers != 0))
        slots = slots[rest]
        while len(rest):
            slots = (slots + 1) & self._last
            found = self._slots.take(slots)
            numbers[rest] = found
            is_other = (self._keys.take(found) != keys[rest]) & (found != 0)
            rest, slots = rest[is_other], slots[is_other]
        return numbers

    def add(self, keys: Numbers, rows: Numbers) -> None:
        """Remember the rows of different keys that are not known; there has to be room."""
        added = slice(self.count + 1, self.count + 1 + len(keys))
        self.count += len(keys)
        self._keys[added] = keys
        self.rows[added] = rows
        numbers = np.arange(added.start, added.stop)
        slots = self._first_slots(keys)
        while len(numbers):
            is_free = self._slots.take(slots) == 0
            self._slots[slots[is_free]] = numbers[is_free]
            # Of several that found one slot free the last has it; the others go on to the next slot.
            is_out = self._slots.take(slots) != numbers
            numbers, slots = numbers[is_out], (slots[is_out] + 1) & self._last

    def learn(self, keys: Numbers, make: Callable[[Numbers], Numbers]) -> Numbers:
        """Give the number of each key, and remember those that are new.

        Where there is no room for them, those are forgotten that never came again, and if need be all.

        Args:
            keys: at most as many as there is room for.
            make: gives the rows of new keys, by their places in `keys`.

        """
        numbers = self.find(keys)
        new = np.flatnonzero(numbers == 0)
        if self.count + len(new) > self.most:
            self._make_room(len(keys))
            numbers = self.find(keys)
            new = np.flatnonzero(numbers == 0)
        self._came_again[numbers] = True
        if len(new):
            different = new[_one_of_each(keys[new])]
            self.add(keys[different], make(different))
            numbers[new] = self.find(keys[new])
        return numbers

    def for_as_many(self, keys: int) -> "Memory":
        """Give this memory, or a new one for so many keys where they would not fit."""
        return self if keys <= self.most else Memory(keys, self.rows.shape[1])

    def forget(self) -> None:
        """Forget all keys."""
        self._slots.fill(0)
        self._came_again.fill(False)
        self.count = 0

    def _make_room(self, count: int) -> None:
        kept = np.flatnonzero(self._came_again[1 : self.count + 1]) + 1
        keys, rows = self._keys[kept], self.rows[kept]
        self.forget()
        if len(kept) + count <= self.most:
            self.add(keys, rows)

    def _first_slots(self, keys: Numbers) -> Numbers:
        return ((keys * _SPREAD).view(np.uint64) >> self._shift).view(np.int64)


def _one_of_each(keys: Numbers) -> Numbers:
    """Give a place of each different key, in the order of the places: half the time of `np.unique`."""
    order = keys.argsort()
    ordered = keys.take(order)
    is_other = np.ones(len(keys), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=is_other[1:])
    return np.sort(order[is_other])
