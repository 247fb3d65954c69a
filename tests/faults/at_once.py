"""What happens twice at once, or in the middle of something else."""

import json
import time

from tests.faults.fault import LOADING, known_as
from tests.faults.rows import VERSIONS
from tests.faults.stage import end

FAULTS = []
SWEEP = "worker.tasks.sweep"


@known_as("two sweeps at once", FAULTS)
def sweep_twice(load, draw):
    from celery import Celery

    stage = load.stage
    with stage.queue.client() as queue:  # what a sweep has to find: nothing is queued any more
        queue.delete("celery")
    with Celery(broker=stage.queue.url) as app:
        for _ in range(4):
            app.send_task(SWEEP)


@known_as("two beats at once", FAULTS, long_only=True)
def two_beats(load, draw):
    stage = load.stage
    beat = stage.run("beat", "--sweep-seconds", 0.5, log="second-beat")
    time.sleep(draw.uniform(3, 5))
    end(beat)


@known_as("two ingests of one file at once", FAULTS, during=LOADING)
def ingest_twice(load, draw):
    load.begin_beside()


@known_as("a model promoted", FAULTS, during=LOADING, long_only=True)
def promote(load, draw):
    stage = load.stage
    listed = json.loads(stage.brandpulse("models", "list", "--json"))
    [promoted] = [model["model"] for model in listed if model["promoted"]]
    [other] = set(VERSIONS) - {promoted}
    stage.brandpulse("models", "promote", other, "--allow-gap")
