"""Faults of the clock: all processes of brandpulse see another time, and then the right one again (libfaketime)."""

import os
import time
from pathlib import Path

from tests.faults.fault import known_as
from tests.processes import ROOT

FAULTS = []
LIBRARIES = ("faketime/libfaketimeMT.so.1", "libfaketimeMT.so.1")
FOLDERS = ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/local/lib", "/usr/lib")
CLOCKED = Path(__file__).parent / "clocked"
#: hours, forward and back
FURTHEST = 30


class Clock:
    """What the processes of a stage take for the time: the real one, so many seconds off."""

    def __init__(self, folder):
        self._file = folder / "clock"
        self.set(0)
        self.env = {
            "LD_PRELOAD": str(library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            # What waits for a number of seconds waits that long, as on a machine whose clock is set.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "PYTHONPATH": os.pathsep.join([str(CLOCKED), str(ROOT)]),
        }

    def set(self, seconds):
        """Set the clock; it is looked at once a second."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{seconds:+d}\n")
        new.replace(self._file)


def library():
    """Find libfaketime; None where it is not installed."""
    places = (Path(folder) / name for folder in FOLDERS for name in LIBRARIES)
    return next((place for place in places if place.exists()), None)


@known_as("a clock that jumps forward and back", FAULTS, long_only=True)
def jump_forward(load, draw):
    _jump(load.stage, draw, 1)


@known_as("a clock that jumps back and forward", FAULTS, long_only=True)
def jump_back(load, draw):
    _jump(load.stage, draw, -1)


def _jump(stage, draw, sign):
    stage.clock.set(sign * draw.randrange(60, FURTHEST * 3_600))
    time.sleep(draw.uniform(4, 6))
    stage.clock.set(0)
    time.sleep(1)
