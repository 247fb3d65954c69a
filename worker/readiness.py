"""Wait for the database: a worker that starts before it, or before its migration, says so and waits."""

import logging
import time

from database import schema
from database.engine import engine
from settings import errors

logger = logging.getLogger(__name__)

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 30.0


def wait_for_database(url: str) -> None:
    """Come back once the database answers and is at the version that this program needs."""
    wait = FIRST_WAIT_SECONDS
    while True:
        try:
            schema.ensure(url)
        except errors.DatabaseError as error:
            logger.warning("%s Trying again in %.0f s.", error, wait)
            time.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT_SECONDS)
        else:
            break
    # Children that are forked from here on must not inherit an open connection.
    engine(url).dispose()
