"""The scheduler of beat: it goes on when the clock of its machine is set back, and keeps no file.

Celery's usual one keeps the times of the last runs, as pickle: whoever can write there has beat run what he likes. Beat
sends everything once when it starts, so nothing is to be remembered.
"""

from typing import Any

import celery.beat


class Scheduler(celery.beat.Scheduler):  # type: ignore[misc] # Celery has no types
    """Celery's own, which would wait until the clock is where it was: a day set back is a day without a sweep."""

    def tick(self, *args: Any, **options: Any) -> float:  # noqa: ANN401 - as Celery has it
        """Send what is due; gives the seconds until the next time."""
        now = self.app.now()
        ahead = [entry for entry in self.schedule.values() if entry.last_run_at > now]
        for entry in ahead:
            entry.last_run_at = now
        if ahead:
            self._heap = None  # it is made anew of the entries
        seconds: float = super().tick(*args, **options)
        return seconds
