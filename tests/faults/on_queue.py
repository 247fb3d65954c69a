"""Faults of the queue: the server is killed or flushed, and messages come twice, late and out of order."""

import time

from tests.faults.fault import known_as

FAULTS = []
QUEUE = "celery"


@known_as("Redis killed and started empty", FAULTS)
def kill(load, draw):
    queue = load.stage.queue
    queue.kill()
    time.sleep(draw.uniform(0.5, 2))
    queue.start()


@known_as("FLUSHALL", FAULTS)
def flush(load, draw):
    with load.stage.queue.client() as queue:
        queue.flushall()


@known_as("messages twice and out of order", FAULTS)
def shuffle_twice(load, draw):
    with load.stage.queue.client() as queue:
        messages = 2 * _take(queue)
        draw.shuffle(messages)
        _put(queue, messages)


@known_as("messages late", FAULTS)
def hold_back(load, draw):
    with load.stage.queue.client() as queue:
        messages = _take(queue)
        time.sleep(draw.uniform(2, 4))  # longer than until a chunk is queued again: they come twice as well
        _put(queue, messages)


def _take(queue):
    taken = queue.pipeline(transaction=True).lrange(QUEUE, 0, -1).delete(QUEUE)
    return taken.execute()[0]


def _put(queue, messages):
    if messages:
        queue.rpush(QUEUE, *messages)
