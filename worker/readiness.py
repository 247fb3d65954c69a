"""Wait for the database and the queue: who starts before them, or before the migration, says so and waits."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from database import patience, schema
from database.engine import engine
from settings import errors
from worker import broker

logger = logging.getLogger(__name__)

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 10.0
PATIENCE_SECONDS = 5.0
#: A chunk in hand waits so long for its database: a restart or failover takes less, and a task may take longer.
OUTLAST_SECONDS = 90.0

T = TypeVar("T")


def wait_for_database(url: str, most_seconds: float | None = None) -> None:
    """Come back once the database answers and is at the version that this program needs.

    Args:
        url: its address.
        most_seconds: how long to wait, then what is wrong is raised; None waits for ever.

    """
    hurried = patience.hurried(url, PATIENCE_SECONDS)
    _wait(lambda: schema.ensure(hurried), (errors.DatabaseError,), most_seconds)
    # Children that are forked from here on must not inherit an open connection.
    engine(hurried).dispose()


def wait_for_broker(url: str, most_seconds: float | None = None) -> None:
    """Come back once the queue answers; as `wait_for_database`."""
    _wait(lambda: broker.check(url), (errors.BrokerUnavailable,), most_seconds)


def outlast(act: Callable[[], T]) -> T:
    """Do something again while the database is gone, full, read-only or lets it wait in a circle; not for ever."""
    return _wait(act, (errors.DatabaseGone, errors.DatabaseBusy), OUTLAST_SECONDS)


def _wait(act: Callable[[], T], troubles: tuple[type[Exception], ...], most_seconds: float | None) -> T:
    wait, began, told = FIRST_WAIT_SECONDS, time.monotonic(), False
    while True:
        try:
            done = act()
        except troubles as error:
            if most_seconds is not None and time.monotonic() + wait > began + most_seconds:
                raise
            logger.warning("%s Trying again in %.0f s.", error, wait)
            time.sleep(wait)
            wait, told = min(2 * wait, LONGEST_WAIT_SECONDS), True
        else:
            break
    if told:
        logger.info("it answers now, after %.0f s", time.monotonic() - began)
    return done
