"""A fault: what it is called, when it strikes, and what it does to a stage."""

from collections.abc import Callable
from dataclasses import dataclass

LOADING, SCORING = "loading", "scoring"


@dataclass(frozen=True)
class Fault:
    """One kind of fault.

    `strike(load, draw)` does it to `load.stage` and comes back once it is over: a server that was stopped is started
    again, as is a process that was killed. What it chooses it draws from `draw`.
    """

    name: str
    strike: Callable
    #: what has to be under way when it strikes
    during: str = SCORING
    #: takes long, or needs what not every machine has: not in the short set
    long_only: bool = False


def known_as(name, faults, **how):
    """Enter a function among the faults of a family, under this name."""

    def enter(strike):
        faults.append(Fault(name, strike, **how))
        return strike

    return enter
