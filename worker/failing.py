"""How a task that cannot do its work says so: by one line of the log. What nobody foresaw comes with its traceback."""

import logging
from typing import Any

from celery import Task as CeleryTask

from settings import errors, logs

logger = logging.getLogger(__name__)


class Task(CeleryTask):  # type: ignore[misc] # Celery has no types
    """Celery's own logs each error with its traceback: sixty lines for a database that is away."""

    throws = (errors.BrandpulseError,)

    def on_failure(self, exc: Exception, *_about: Any, **_more: Any) -> None:  # noqa: ANN401 - as Celery has it
        """Say why it failed, where that was to be foreseen."""
        if isinstance(exc, errors.BrandpulseError):
            about = logs.fields(task=self.name.rpartition(".")[2])
            logger.warning("a task is given up, it is queued again later: %s", exc, extra=about)
