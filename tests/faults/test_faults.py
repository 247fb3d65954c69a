"""Faults strike while files are loaded and scored; in the end all is there, once, and scored as if nothing had been.

The order, the moments and what is hit are drawn from a seed that a failing test shows: FAULT_SEED=... draws the same.
`make faults` does so with more comments, all faults and many seeds: docs/faults.md.
"""

import sys

import pytest

from tests.faults import kinds, plan, playing


@pytest.mark.timeout(900)  # a minute and a half by itself; what else runs on the machine makes it longer
def test_nothing_is_lost_and_nothing_is_doubled_whatever_strikes(stage, rows, fault_seed):
    sys.stderr.write(f"FAULT_SEED={fault_seed}\n")  # shown where the test fails, as is what follows
    struck = []

    def tell(one):
        struck.append(one)
        sys.stderr.write(f"{one}\n")

    wrong = playing.play(stage, rows, plan.drawn(kinds.SHORT, fault_seed), "Brand", tell)
    assert [one for one in struck if one.wrong] == []
    assert len(struck) == len(kinds.SHORT)
    assert wrong == []
