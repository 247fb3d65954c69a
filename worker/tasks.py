"""The Celery tasks: ids in, the work itself is elsewhere."""

import logging
from datetime import UTC, datetime

from kombu.exceptions import OperationalError

from settings import environment
from worker import deployment, scoring
from worker import sweep as sweeping
from worker.app import app

logger = logging.getLogger(__name__)


@app.task
def score_chunk(chunk_id: int) -> None:
    """Score one chunk."""
    scoring.score_chunk(deployment.scorer(), chunk_id)


@app.task
def sweep() -> None:
    """Queue again what was lost."""
    for chunk_id in sweeping.take_lost(deployment.scorer(), environment.load().requeue_seconds, datetime.now(UTC)):
        queue_chunk(chunk_id)


@app.task
def nightly() -> None:
    """Write yesterday's report of every brand that has none yet."""
    from worker import nightly_reports  # noqa: PLC0415 - a tenth of a second that a worker's first chunk need not wait

    nightly_reports.write_missing(environment.load(), datetime.now(UTC))


def queue_chunk(chunk_id: int) -> None:
    """Hand a committed chunk to the broker; where it cannot be reached, the sweep does it later."""
    try:
        score_chunk.apply_async((chunk_id,), retry_policy={"max_retries": 3, "interval_max": 1})
    except OperationalError as error:
        logger.warning("chunk %d waits for the sweep, the broker cannot be reached: %s", chunk_id, error)
