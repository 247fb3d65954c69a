"""Faults strike while files are loaded and scored; in the end all is there, once, and scored as if nothing had been.

The order, the moments and what is hit are drawn from a seed that a failing test shows: FAULT_SEED=... draws the same.
`make faults` does so with more comments, all faults and many seeds: docs/faults.md.
"""

import sys

import pytest

from tests.faults import kinds, plan, playing


@pytest.mark.parametrize("family", kinds.SHORT)
def test_nothing_is_lost_and_nothing_is_doubled_by_faults_of(family, stage, rows, fault_seed):
    strikes = plan.drawn(kinds.SHORT[family], f"{fault_seed} {family}")
    sys.stderr.write(f"FAULT_SEED={fault_seed}\n")  # shown where the test fails, and what follows as well
    struck, wrong = playing.play(stage, rows, strikes, family, say=sys.stderr.write)
    assert [one for one in struck if one.wrong] == []
    assert wrong == []
