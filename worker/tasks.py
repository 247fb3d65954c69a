"""The Celery tasks: ids in, the work itself is elsewhere."""

import logging
from datetime import UTC, datetime

from kombu.exceptions import OperationalError

from settings import environment, logs
from worker import deployment, scoring
from worker import sweep as sweeping
from worker.app import NIGHTLY_SECONDS, app

logger = logging.getLogger(__name__)


@app.task
def score_chunk(chunk_id: int) -> None:
    """Score one chunk."""
    scoring.score_chunk(deployment.scorer(), chunk_id)


@app.task
def sweep() -> None:
    """Queue again what was lost."""
    lost = sweeping.take_lost(deployment.scorer(), environment.load().requeue_seconds, datetime.now(UTC))
    for chunk_id in lost:
        queue_chunk(chunk_id)
    if lost:
        logger.info("chunks queued again", extra=logs.fields(chunks=len(lost)))


@app.task
def nightly() -> None:
    """Have the reports made that are due, and the deliveries tried that are."""
    from worker import nightly_reports, retention, sending  # noqa: PLC0415 - a tenth of a second that a worker's first chunk need not wait

    settings, now = environment.load(), datetime.now(UTC)
    for brand_id in nightly_reports.due_brands(settings, now):
        report_nights.apply_async((brand_id,), expires=NIGHTLY_SECONDS)
    for delivery_id in sending.due(settings, now):
        queue_delivery(delivery_id)
    if retention.is_due(settings, now):
        forget_old.apply_async(expires=NIGHTLY_SECONDS)


@app.task
def report_nights(brand_id: int) -> None:
    """Make the nightly reports of one brand that are due."""
    from worker import nightly_reports  # noqa: PLC0415 - as above

    for made in nightly_reports.make(environment.load(), brand_id, datetime.now(UTC)):
        for delivery_id in made.deliveries:
            queue_delivery(delivery_id)


@app.task
def forget_old() -> None:
    """Forget what is older than the settings keep."""
    from worker import retention  # noqa: PLC0415 - as above

    retention.forget(environment.load(), datetime.now(UTC))


@app.task
def deliver(delivery_id: int) -> None:
    """Try one delivery."""
    from worker import sending  # noqa: PLC0415 - as above

    sending.deliver(environment.load(), delivery_id, datetime.now(UTC))


def queue_chunk(chunk_id: int) -> None:
    """Hand a committed chunk to the broker; where it cannot be reached, the sweep does it later."""
    try:
        score_chunk.apply_async((chunk_id,), retry_policy={"max_retries": 3, "interval_max": 1})
    except OperationalError as error:
        said = "a chunk waits for the sweep, the broker cannot be reached: %s"
        logger.warning(said, error, extra=logs.fields(chunk=chunk_id))


def queue_delivery(delivery_id: int) -> None:
    """Hand a delivery to the broker; where it cannot be reached, the next `nightly` does it."""
    try:
        deliver.apply_async((delivery_id,), expires=NIGHTLY_SECONDS, retry_policy={"max_retries": 3, "interval_max": 1})
    except OperationalError as error:
        said = "a delivery waits for beat, the broker cannot be reached: %s"
        logger.warning(said, error, extra=logs.fields(delivery=delivery_id))
