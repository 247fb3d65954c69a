"""Redis as Celery reads it, but for what is no message at all: of that Celery's worker would end."""

import logging
from typing import Any

from kombu.transport import redis

logger = logging.getLogger(__name__)

#: What taking apart something that is no message raises.
STRANGE = (AttributeError, LookupError, TypeError, ValueError)


class Channel(redis.Channel):  # type: ignore[misc]  # kombu has no types
    """Takes messages off the lists of Redis."""

    def _brpop_read(self, **options: Any) -> bool:  # noqa: ANN401 - kombu's own
        try:
            read: bool = super()._brpop_read(**options)
        except STRANGE as error:
            # It is off the list by now, and comes no second time.
            logger.warning("a message in the queue is refused: it is none (%s)", type(error).__name__)
            return True
        return read


class Transport(redis.Transport):  # type: ignore[misc]  # as above
    """The way to Redis."""

    Channel = Channel
