"""Faults of processes: killed, asked to end with work in hand, and started again."""

import time

from tests.faults.fault import LOADING, known_as
from tests.faults.stage import WORKERS, end

FAULTS = []
#: seconds after SIGTERM before SIGKILL, as the Compose file has it
GRACE_SECONDS = 60


@known_as("SIGKILL to a worker's child", FAULTS)
def kill_child(load, draw):
    stage, name = load.stage, draw.choice(WORKERS)
    stage.child(name).kill()
    # Of a worker that has only just begun Celery thinks that it cannot start, and ends it.
    time.sleep(1)
    if stage.crew[name].poll() is not None:
        stage.start(name)


@known_as("SIGKILL to a worker", FAULTS)
def kill_worker(load, draw):
    stage, name = load.stage, draw.choice(WORKERS)
    stage.crew[name].kill()
    stage.crew[name].wait()
    old = stage.crew[name]
    stage.start(name)
    # Its child goes by itself once nobody hands it work; as a container ends, so does whatever is left in it.
    end(old)


@known_as("SIGTERM to a worker with work in hand", FAULTS)
def end_worker(load, draw):
    stage, name = load.stage, draw.choice(WORKERS)
    stage.crew[name].terminate()
    code = stage.crew[name].wait(GRACE_SECONDS)
    assert code == 0, f"{name} ended with {code} after SIGTERM"
    stage.start(name)


@known_as("SIGKILL to beat", FAULTS)
def kill_beat(load, draw):
    stage = load.stage
    end(stage.crew["beat"])
    stage.start("beat")


@known_as("SIGKILL to an ingest", FAULTS, during=LOADING)
def kill_ingest(load, draw):
    load.kill()
