"""What a worker takes from the queue: our tasks, as JSON. Whatever else lies there is refused by a line of the log."""

import logging
from collections.abc import Callable
from typing import Any

from celery.worker.consumer import Consumer as CeleryConsumer

from settings import logs
from worker.transport import STRANGE

logger = logging.getLogger(__name__)

OURS = "worker.tasks."
LONGEST = 100  # characters of what a stranger wrote

Message = Any  # of kombu, which has no types


class Consumer(CeleryConsumer):  # type: ignore[misc]  # Celery has no types
    """Celery's own logs all of a message with a traceback: many lines, and in them whatever a stranger wants to say."""

    def update_strategies(self) -> None:
        """Know our tasks alone: Celery has some that call others by name."""
        super().update_strategies()
        for name in [name for name in self.strategies if not name.startswith(OURS)]:
            del self.strategies[name]

    def create_task_handler(self, *args: Any, **options: Any) -> Callable[[Message], None]:  # noqa: ANN401 - its own
        """Take messages, and refuse those that Celery trips over."""
        take = super().create_task_handler(*args, **options)

        def take_or_refuse(message: Message) -> None:
            try:
                take(message)
            except STRANGE as error:
                self._refuse(message, f"it cannot be read ({type(error).__name__})")

        return take_or_refuse

    def on_decode_error(self, message: Message, exc: Exception) -> None:
        """Refuse what is not JSON."""
        self._refuse(message, f"it cannot be read ({type(exc).__name__})")

    def on_unknown_message(self, _body: object, message: Message) -> None:
        """Refuse what is no task."""
        self._refuse(message, "it is no task")

    def on_unknown_task(self, _body: object, message: Message, _exc: Exception) -> None:
        """Refuse a task that is not ours."""
        self._refuse(message, "no task of ours has its name")

    def on_invalid_task(self, _body: object, message: Message, exc: Exception) -> None:
        """Refuse a task of ours that is not written as JSON."""
        self._refuse(message, f"it cannot be read ({type(exc).__name__})")

    def _refuse(self, message: Message, why: str) -> None:
        headers = message.headers if isinstance(message.headers, dict) else {}
        said = logs.fields(task=_short(headers.get("task")), content_type=_short(message.content_type))
        logger.warning("a message in the queue is refused: %s", why, extra=said)
        message.ack_log_error(logger, self.connection_errors)


def _short(said: object) -> str:
    """Write what a stranger wrote on one line, and not all of it."""
    return ascii(said)[:LONGEST]
