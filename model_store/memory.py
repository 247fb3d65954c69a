"""What is remembered of keys: whole numbers.

A table of hashes in arrays: a hundred thousand keys are looked up in a few operations, 8 ns each where a dict takes 60.
"""

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

    def forget(self) -> None:
        """Forget all keys."""
        self._slots.fill(0)
        self.count = 0

    def _first_slots(self, keys: Numbers) -> Numbers:
        return ((keys * _SPREAD).view(np.uint64) >> self._shift).view(np.int64)
