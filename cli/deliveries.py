"""`brandpulse deliveries`: follow the deliveries of nightly reports, and mend them."""

from datetime import UTC, datetime
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from cli import output
from database import sessions
from settings import environment
from worker import deployment, following, recipients


@click.group()
def deliveries() -> None:
    """Follow the deliveries of nightly reports, and mend them."""


@deliveries.command("list")
@click.option("--state", type=click.Choice(following.STATES), help="Only those in this state.")
@click.option("--limit", default=50, show_default=True, help="How many, newest first.")
@output.json_option
def list_(state: str | None, limit: int, as_json: bool) -> None:
    """List the newest deliveries: who got which report, who did not, and why."""
    with sessions.reading(environment.load().database_url) as session:
        found = following.latest(session, datetime.now(UTC), state, limit)
    for one in found:
        one["recipient"] = recipients.shown(one["recipient"])  # without the tokens in it
    if as_json:
        output.document({"deliveries": found})
        return
    table = Table("delivery", "report", "to", "state", "tries", "why")
    for one in found:
        table.add_row(*map(Text, _row(one)))
    output.console().print(table)


@deliveries.command()
@click.argument("numbers", metavar="[DELIVERY…]", type=int, nargs=-1)
@click.option("--all", "every", is_flag=True, help="All that failed.")
@output.json_option
def retry(numbers: tuple[int, ...], every: bool, as_json: bool) -> None:
    """Send again what failed; one that may have arrived can arrive a second time."""
    if every == bool(numbers):
        raise click.UsageError("Name the deliveries, as `brandpulse deliveries list` numbers them, or --all.")
    with sessions.writing(environment.load().database_url) as session:
        taken = following.retry(session, None if every else numbers, datetime.now(UTC))
    for delivery_id in taken:
        deployment.queue_delivery(delivery_id)
    how = "" if environment.load().broker_url is not None or not taken else " `brandpulse nightly` sends them."
    said = f"{len(taken):,} {'delivery is' if len(taken) == 1 else 'deliveries are'} taken up again.{how}"
    output.said({"deliveries": taken}, said, as_json)


def _row(one: dict[str, Any]) -> list[str]:
    report = f"{one['brand']}, {one['day']}, revision {one['revision']}"
    when = f" {one['sent_at']:%Y-%m-%d %H:%M}" if one["sent_at"] else ""
    return [
        str(one["delivery"]),
        report,
        f"{one['channel']} {one['recipient']}",
        f"{one['state']}{when}",
        str(one["attempts"]),
        one["error"] or "",
    ]
