"""`brandpulse correct`: give one comment the right label."""

import click

from cli import output
from database import sessions
from database.tables import LABEL_CODES
from settings import environment
from worker import corrections

MOST_IDS = 2**63 - 1


@click.command()
@click.argument("comment", type=click.IntRange(1, MOST_IDS))
@click.argument("label", type=click.Choice(sorted(LABEL_CODES)))
@click.option("--by", required=True, help="Who says so.")
@click.option("--note", help="Why.")
@output.json_option
def correct(comment: int, label: str, by: str, note: str | None, as_json: bool) -> None:
    """Give one comment the right label.

    COMMENT is its number, `comment_id` in scored_comments. The label counts in views and reports in place of the
    model's, under every version; of several the latest does.
    """
    with sessions.writing(environment.load().database_url) as session:
        done = corrections.correct(session, comment, label, by, note)
    document = {"comment": comment, "label": label, "by": by, "note": note, "before": done.before}
    output.said(document, _sentence(done), as_json)


def _sentence(done: corrections.Corrected) -> str:
    begins = f"Comment {done.comment_id} counts as {done.label}"
    if not done.before:
        return f"{begins} once it has a score; it has none yet."
    was = ", ".join(f"{spec} (was {label})" for spec, label in done.before.items())
    return f"{begins} under {was}."
