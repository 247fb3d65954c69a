"""`brandpulse beat`: the scheduler of the sweep and of the nightly reports."""

from datetime import timedelta

import click

from settings import environment, errors


@click.command()
@click.option("--sweep-seconds", type=click.FloatRange(0.5), help="Time between two sweeps; default: 30.")
def beat(sweep_seconds: float | None) -> None:
    """Queue lost chunks again and have the nightly reports made."""
    settings = environment.load()
    if settings.broker_url is None:
        raise errors.WrongSetting("A scheduler needs a queue: set BRANDPULSE_BROKER_URL, as redis://127.0.0.1:6379/0.")
    from worker.app import app  # noqa: PLC0415 - reads the settings when it is imported

    if sweep_seconds is not None:
        app.conf.beat_schedule["sweep"]["schedule"] = timedelta(seconds=sweep_seconds)
    quiet = ["--quiet"] if settings.log_format == "json" else []  # Celery's banner is no JSON
    app.start([*quiet, "beat", "--loglevel", settings.log_level])
