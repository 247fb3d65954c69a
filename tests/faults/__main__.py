"""The long run: all faults, in every round in another order, while files of many comments are loaded and scored.

make faults ROUNDS=3 SEED=1 COMMENTS=100000
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.faults import kinds, on_clock, plan, playing, table
from tests.faults.on_disk import Disk
from tests.faults.rows import Rows
from tests.faults.stage import Stage


def main():
    """Play the rounds; the exit code is 1 where anything was wrong. Ctrl-C ends early, with the table so far."""
    asked = _asked()
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(10**6)
    say(f"{asked.rounds} rounds of {asked.comments:,} comments or more, SEED={seed}\n")
    struck, wrong = [], []
    try:
        with tempfile.TemporaryDirectory(prefix="brandpulse-faults-") as folder:
            play_rounds(Path(folder), asked, seed, struck, wrong)
    except KeyboardInterrupt:
        wrong.append("it was ended early")
    sys.stdout.write("\n".join(table.lines(struck)) + "\n")
    wrong += [what for one in struck for what in one.wrong]
    say("".join(f"WRONG: {what}\n" for what in wrong))
    return 1 if wrong else 0


def play_rounds(folder, asked, seed, struck, wrong):
    """Play so many rounds, each on a database of its own; `struck` and `wrong` are filled."""
    clock, disk = _clock(folder), _disk(folder / "disk")
    without = [name for name, there in (("the clock", clock), ("the disk", disk)) if there is None]
    faults = [fault for name, family in kinds.FAMILIES.items() if name not in without for fault in family]
    stage = Stage(folder, clock, disk)

    def tell(one):
        struck.append(one)
        say(f"{one}\n")

    try:
        rows = Rows(folder, asked.comments)
        for number in range(1, asked.rounds + 1):
            if number > 1:
                stage.shut()
                stage.open()
            began, strikes = time.monotonic(), plan.drawn(faults, f"{seed} {number}")
            found = playing.play(stage, rows, strikes, f"Round {number}", tell)
            wrong += found
            say(f"Round {number} took {time.monotonic() - began:.0f} s, wrong in the end: {found or 'nothing'}\n")
    finally:
        stage.close()
        if disk is not None:
            disk.close()
        if asked.keep_logs is not None:
            _keep(folder, asked.keep_logs)


def say(line):
    """Tell what happens, as it happens."""
    sys.stderr.write(line)
    sys.stderr.flush()


def _clock(folder):
    if on_clock.library() is None:
        say("Skipped: the clock does not jump, libfaketime is not installed (on Debian the package faketime).\n")
        return None
    return on_clock.Clock(folder)


def _disk(folder):
    try:
        return Disk(folder)
    except (OSError, subprocess.CalledProcessError) as error:
        say(f"Skipped: the disk is not filled, a small file system cannot be made here ({error}).\n")
        folder.rmdir()
        return None


def _keep(folder, kept):
    kept.mkdir(parents=True, exist_ok=True)
    for log in folder.glob("*.log"):
        log.rename(kept / log.name)


def _asked():
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, help="draws order, moments and victims; default: a new one, which is said")
    parser.add_argument("--comments", type=int, default=100_000, help="of the file")
    parser.add_argument("--keep-logs", type=Path, help="folder for the logs of beat, workers and ingests")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
