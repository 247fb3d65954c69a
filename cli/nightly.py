"""`brandpulse nightly`: make the nightly reports that are due, and deliver them, without a queue."""

import logging
from datetime import UTC, datetime
from typing import Any

import click

from cli import output
from settings import environment, errors
from worker import nightly_reports, sending


@click.command()
@output.json_option
def nightly(as_json: bool) -> None:
    """Make the nightly reports that are due, and deliver them.

    For cron, where there is no beat: call it every quarter of an hour. Nothing is made or sent twice, however often it
    is called. What could not be delivered is tried again by a later call.
    """
    settings = environment.load()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    now = datetime.now(UTC)
    made = nightly_reports.make_all(settings, now)
    tried = sending.deliver_due(settings, now)
    failed = [(number, str(error)) for number, error in tried.items() if error]
    document: dict[str, Any] = {
        "reports": [{"brand": one.brand, "day": one.day, "revision": one.revision} for one in made],
        "delivered": len(tried) - len(failed),
        "failed": [{"delivery": number, "error": error} for number, error in failed],
    }
    output.said(document, f"Reports made: {len(made):,}. Deliveries done: {len(tried) - len(failed):,}.", as_json)
    if failed:
        number, error = failed[0]
        several = "1 delivery" if len(failed) == 1 else f"{len(failed):,} deliveries"
        raise errors.DeliveryFailed(f"{several} failed, number {number}: {error} `brandpulse deliveries list` has all.")
