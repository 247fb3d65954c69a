"""`brandpulse nightly`: make the nightly reports that are due, and deliver them, without a queue."""

import math
from datetime import UTC, datetime
from typing import Any

import click

from cli import output
from settings import environment, errors, logs
from worker import nightly_reports, readiness, retention, sending


@click.command()
@output.json_option
def nightly(as_json: bool) -> None:
    """Make the nightly reports that are due, and deliver them.

    After them texts and authors are forgotten that are older than BRANDPULSE_RETENTION_DAYS.

    For cron, where there is no beat: call it every quarter of an hour. Nothing is made or sent twice, however often it
    is called. What could not be delivered is tried again by a later call.
    """
    settings = environment.load()
    logs.begin(settings)
    readiness.wait_for_database(settings.database_url, settings.wait_seconds)
    now = datetime.now(UTC)
    try:
        made = nightly_reports.make_all(settings, now)
        tried = sending.deliver_due(settings, now)
    finally:
        # A report that cannot be made keeps nothing longer than its night may be made again.
        forgotten = retention.forget(settings, now, seconds=math.inf)
    failed = [(number, str(error)) for number, error in tried.items() if error]
    document: dict[str, Any] = {
        "reports": [{"brand": one.brand, "day": one.day, "revision": one.revision} for one in made],
        "delivered": len(tried) - len(failed),
        "forgotten": forgotten.comments if forgotten else 0,
        "failed": [{"delivery": number, "error": error} for number, error in failed],
    }
    said = f"Reports made: {len(made):,}. Deliveries done: {len(tried) - len(failed):,}."
    if forgotten:
        said += f" Comments forgotten: {forgotten.comments:,}."
    output.said(document, said, as_json)
    if failed:
        number, error = failed[0]
        several = "1 delivery" if len(failed) == 1 else f"{len(failed):,} deliveries"
        raise errors.DeliveryFailed(f"{several} failed, number {number}: {error} `brandpulse deliveries list` has all.")
