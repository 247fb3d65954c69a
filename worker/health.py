"""Whether one process or server answers, in one sentence: what containers ask every minute."""

import re
import socket

from settings import errors
from settings.environment import Settings
from worker import broker

BEAT = "celerybeat@"
PATIENCE_SECONDS = 5.0
#: A child that starts TensorFlow does not keep its parent from answering, but a busy machine does for a while.
ANSWER_SECONDS = 10.0


def worker(settings: Settings) -> str:
    """Check that a worker of this host answers."""
    if settings.broker_url is None:
        return f"Workers without a queue poll the database. {database(settings)}"
    pattern = rf"(?!{BEAT}).+@{re.escape(socket.gethostname())}$"
    return _one(settings.broker_url, pattern, "worker", "brandpulse worker")


def beat(settings: Settings) -> str:
    """Check that the scheduler of this host answers, which it does as long as it ticks."""
    if settings.broker_url is None:
        raise errors.WrongSetting("There is no scheduler without a queue: set BRANDPULSE_BROKER_URL.")
    pattern = rf"{BEAT}{re.escape(socket.gethostname())}$"
    return _one(settings.broker_url, pattern, "scheduler", "brandpulse beat")


def database(settings: Settings) -> str:
    """Check that the database answers and is at our version."""
    # Not every minute for nothing: who asks a worker has no use for it.
    from database import patience, schema  # noqa: PLC0415 - as said

    schema.ensure(patience.hurried(settings.database_url, PATIENCE_SECONDS))
    return "The database answers."


def answering(url: str, seconds: float = 2.0) -> list[str]:
    """Name whoever answers over the queue within so many seconds: workers, and the scheduler."""
    return _ping(url, ".+", seconds, None)


def _one(url: str, pattern: str, what: str, command: str) -> str:
    names = _ping(url, pattern, ANSWER_SECONDS, 1)
    if not names:
        raise errors.BrokerUnavailable(
            f"No {what} of {socket.gethostname()} answers: is `{command}` running? Its log says what stops it."
        )
    return f"{names[0]} answers."


def _ping(url: str, pattern: str, seconds: float, most: int | None) -> list[str]:
    from celery import Celery  # noqa: PLC0415 - embedded mode has no Celery

    said = {"pattern": pattern, "matcher": "pcre", "limit": most, "timeout": seconds}
    # An application that only asks, of this address: it has no tasks, and its connections end with it.
    with broker.connected(url) as connection, Celery(broker=url, set_as_current=False) as asking:
        replies = asking.control.broadcast("ping", reply=True, connection=connection, **said)
    return sorted(name for reply in replies for name in reply)
