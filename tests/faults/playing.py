"""Play a plan on a stage: fault after fault while a file is loaded and scored, and a look at everything after each."""

import time
from dataclasses import dataclass

from tests.faults import checks, recovery, waiting
from tests.faults.fault import LOADING
from tests.faults.load import Load

#: a load that is further than this holds no more fault: the next one begins
FULL = 0.9


@dataclass(frozen=True)
class Struck:
    """What one fault did."""

    fault: str
    #: how long work stood still after it
    seconds: float
    #: what was wrong then
    wrong: list[str]

    def __str__(self):
        return f"{time.strftime('%X')} {self.fault}: goes on after {self.seconds:.1f} s {self.wrong or ''}"


def play(stage, rows, plan, brand, tell):
    """Let the faults of a plan strike, one after the other.

    Args:
        stage: where.
        rows: the file; it is loaded under as many brands as it takes to have work under way at each fault.
        plan: the strikes.
        brand: how the names of the brands begin.
        tell: told of each fault what it did, as soon as work goes on.

    Returns:
        what was wrong once all was scored.

    """
    loads, wrong = [Load(stage, rows, f"{brand} 1")], []
    try:
        for strike in plan:
            if is_full(loads[-1], strike.fault):
                wrong += finish(loads[-1])
                loads.append(Load(stage, rows, f"{brand} {len(loads) + 1}"))
            tell(let_strike(loads[-1], strike))
        wrong += finish(loads[-1]) + checks.of_what_is_shown(loads[-1])
    finally:
        for load in loads:
            load.close()
    return wrong


def let_strike(load, strike):
    """Wait for the moment, let the fault strike, wait until work goes on, and look at everything."""
    share = load.read_share if strike.fault.during == LOADING else load.share
    now = _share(load, share)
    waiting.until(lambda: share() >= now + strike.part * (1 - now) or load.is_scored(), load)
    seconds = recovery.seconds(load, lambda: strike.fault.strike(load, strike.draw))
    return Struck(strike.fault.name, seconds, checks.now(load))


def is_full(load, fault):
    """Tell whether too little is left of a load for this fault."""
    return _share(load, load.read_share if fault.during == LOADING else load.share) > FULL


def finish(load):
    """Wait until all is scored, and list what is wrong then."""
    waiting.until_scored(load)
    return checks.at_the_end(load)


def _share(load, share):
    found = []
    waiting.until(lambda: found.append(share()) or True, load)
    return found[0]
