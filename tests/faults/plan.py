"""Which fault strikes when: drawn from a seed, so that the same seed draws the same again."""

import random
from typing import NamedTuple

from tests.faults.fault import Fault

#: of what is left of a load when the fault before is over
EARLIEST, LATEST = 0.02, 0.2


class Strike(NamedTuple):
    """One fault and its moment."""

    fault: Fault
    #: the part of what is left of the load that is done before it strikes
    part: float
    #: what the fault itself chooses by
    draw: random.Random


def drawn(faults, seed):
    """Draw the order of the faults, and the moment of each."""
    draw = random.Random(seed)
    order = draw.sample(faults, len(faults))
    return [Strike(fault, draw.uniform(EARLIEST, LATEST), random.Random(draw.random())) for fault in order]
