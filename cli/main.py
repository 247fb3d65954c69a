"""The `brandpulse` command: finds a subcommand's file when it is called, so that `--help` answers in under 0.3 s."""

import contextlib
import gc
import logging
import sys
from importlib import import_module
from typing import ClassVar

import click

from settings import errors


class Commands(click.Group):
    """Subcommands by name: the file of `cli` that each one lives in, and its line in the help."""

    table: ClassVar[dict[str, tuple[str, str]]] = {
        "run": ("run", "Load, score and report on comments in one go."),
        "ingest": ("ingest", "Load comments and queue them for scoring."),
        "batches": ("batches", "Follow batches, mend them, undo a wrong ingest."),
        "jobs": ("jobs", "Follow and mend jobs: what is scored with one model version."),
        "rescore": ("rescore", "Score comments again with another version, beside the old scores."),
        "worker": ("worker", "Score queued comments, until it is stopped."),
        "beat": ("beat", "Queue lost chunks again and have the nightly reports made."),
        "score": ("score", "Score texts; no database needed."),
        "report": ("report", "Show the shares of brands over a period."),
        "brands": ("brands", "List brands; set their time zone, handles and recipients."),
        "nightly": ("nightly", "Make the nightly reports that are due, and deliver them."),
        "deliveries": ("deliveries", "Follow the deliveries of nightly reports, and mend them."),
        "correct": ("correct", "Give one comment the right label."),
        "forget": ("forget", "Forget texts and authors: of one author, or from before a day."),
        "audit": ("audit", "Let people label comments drawn at random, for honest shares."),
        "models": ("models", "List, train and judge model versions."),
        "sql": ("sql", "Query the views, read-only."),
        "db": ("db", "Make and check the tables of the database."),
        "health": ("health", "Tell whether the worker or scheduler of this host, or the database, answers."),
        "metrics": ("metrics", "Give metrics to Prometheus."),
        "doctor": ("doctor", "Tell what is reachable, what is wrong, and what to do."),
    }

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the subcommands in the order of their use."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """Import one subcommand."""
        if cmd_name not in self.table:
            return None
        file, _ = self.table[cmd_name]
        # What is imported stays: looking for garbage in it meanwhile took up to 0.3 s of 2.4.
        gc.disable()
        try:
            command: click.Command = getattr(import_module(f"cli.{file}"), cmd_name)
        finally:
            gc.freeze()
            gc.enable()
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """Write the help without importing a subcommand."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self.table.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="brandpulse")
def brandpulse() -> None:
    """Tell a brand, every morning, how people talk about it."""
    from settings import environment, logs  # noqa: PLC0415 - a quarter of a second that the help need not wait

    with contextlib.suppress(errors.WrongSetting):  # the command says so, if it needs the settings
        logs.begin(environment.load(), serving=False)


def main() -> None:
    """Run the command line: 0 all went well, 1 one sentence says what did not, 2 wrong usage."""
    try:
        brandpulse()
    except errors.BrandpulseError as error:
        _say(error)
        sys.exit(1)


def _say(error: errors.BrandpulseError) -> None:
    from cli import output  # noqa: PLC0415 - as above
    from settings import logs  # noqa: PLC0415 - as above

    if logs.is_json():
        logging.getLogger("brandpulse").error(str(error))
    else:
        output.say(f"Error: {error}", err=True)
