"""The numbers that tokens are hashed with, in TensorFlow and in NumPy.

A token's hash is a polynomial of its bytes, that of a run of tokens one of their hashes, all modulo 2^64.
"""

import numpy as np
from numpy.typing import NDArray

LONGEST = 64  # bytes of a token that are told apart by their place

#: Odd numbers of 64 bits without a pattern, drawn once: a change of them makes every trained table worthless. The first
#: is the hash of every handle too.
POWER, NEXT, SECOND, SPREAD = (
    -0x61C8864680B583EB,
    -0x4B47D0C5B1F6A8A3,
    0x2545F4914F6CDD1D,
    -0x40A7B892E31B1A47,
)
#: By the place of a byte in its token.
POWERS = np.cumprod(np.full(LONGEST, POWER, np.int64))


def hashed(token: str) -> int:
    """Compute the hash of one token, as `ngrams.tokens` does."""
    letters = np.frombuffer(token.encode(), np.uint8).astype(np.int32)
    return int(of_tokens(letters, np.ones(len(letters), bool), np.zeros(1, np.int64))[0])


def of_tokens(letters: NDArray[np.int32], inside: NDArray[np.bool_], begins: NDArray[np.int64]) -> NDArray[np.int64]:
    """Compute the hashes of tokens that are no handles, as `ngrams.tokens` does, in a quarter of the time."""
    if not len(begins):
        return begins
    letters, inside, begins = letters[begins[0] :], inside[begins[0] :], begins - begins[0]
    places = np.arange(len(letters)) - np.repeat(begins, np.diff(begins, append=len(letters)))
    terms = letters * POWERS.take(places, mode="clip") * inside
    hashes: NDArray[np.int64] = np.add.reduceat(terms, begins)
    return hashes
