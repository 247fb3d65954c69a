"""Metrics for Prometheus: asked of the database and the queue when they are scraped, since those are the truth.

Children of a worker come and go, and would have to add their counts up in files that somebody clears: docs/decisions/
0027-seen-from-outside.md.
"""

import logging
import threading
import time
from collections.abc import Iterable
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from database import patience, sessions
from settings import errors
from settings.environment import Settings
from worker import broker, gauges

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 3.0
#: Several that scrape, or one that scrapes too often, cost the database no more than one.
KEPT_SECONDS = 5.0


def registry(settings: Settings) -> CollectorRegistry:
    """Make the registry that a server of prometheus_client hands out."""
    made = CollectorRegistry(auto_describe=False)
    made.register(Asked(settings))
    return made


def text(settings: Settings) -> str:
    """Give the metrics of now, as Prometheus reads them."""
    return generate_latest(registry(settings)).decode()


class Asked(Collector):
    """Asks when it is scraped; an answer is kept for some seconds."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._kept: list[GaugeMetricFamily] = []
        self._until = 0.0
        self._troubles: dict[str, str] = {}

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Give the metrics."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._kept = [*self._of_database(), *self._of_broker()]
                self._until = time.monotonic() + KEPT_SECONDS
            return self._kept

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Ask nothing when it is registered."""
        return []

    def _of_database(self) -> list[GaugeMetricFamily]:
        url = patience.hurried(self._settings.database_url, PATIENCE_SECONDS)
        try:
            with sessions.reading(url) as session:
                found = list(gauges.every(session, datetime.now(UTC)))
            trouble = None
        except errors.BrandpulseError as error:
            found, trouble = [], str(error)
        return [*found, self._up("database", trouble)]

    def _of_broker(self) -> list[GaugeMetricFamily]:
        url = self._settings.broker_url
        if url is None:
            return []
        try:
            what = "Messages that no worker has taken yet, by queue."
            found = [gauges.labelled("brandpulse_queue_messages", what, "queue", broker.depths(url))]
            trouble = None
        except errors.BrandpulseError as error:
            found, trouble = [], str(error)
        return [*found, self._up("broker", trouble)]

    def _up(self, what: str, trouble: str | None) -> GaugeMetricFamily:
        """Tell whether it answered; a trouble is logged once and not with each scrape."""
        if trouble and what not in self._troubles:
            logger.warning(trouble)
        if not trouble and what in self._troubles:
            del self._troubles[what]
            logger.info("the %s answers again", what)
        if trouble:
            self._troubles[what] = trouble
        return gauges.plain(f"brandpulse_{what}_up", f"Whether the {what} answered: 1 or 0.", 0 if trouble else 1)
