"""What is reachable, what is wrong, and what to do about it."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from database import patience
from settings import errors
from settings.environment import Settings
from worker import health
from worker.checks import database, people, queue, reports, scoring

PATIENCE_SECONDS = 5.0

#: Those that ask the database; the first says whether that can be asked at all.
OF_DATABASE: Mapping[str, Callable[[Settings], str]] = {
    "database": database.usable,
    "clock": database.clocks,
    "time zones": database.zones,
    "model": scoring.model,
    "chunks": scoring.chunks,
    "counts": scoring.counts,
    "nights": reports.nights,
    "deliveries": reports.deliveries,
    "mail server": reports.mail_server,
    "retention": people.kept,
}


class Check(NamedTuple):
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str


def checks(settings: Settings) -> list[Check]:
    """Look at everything that the settings name; a check that fails keeps none of the others from being made."""
    hurried = settings.model_copy(update={"database_url": patience.hurried(settings.database_url, PATIENCE_SECONDS)})
    asked = list(_of_database(hurried))
    found = [
        *asked,
        _check("lease", lambda: scoring.lease(settings)),
        _check("reports folder", lambda: reports.folder(settings)),
    ]
    if settings.broker_url is not None:
        found += _of_queue(hurried, settings.broker_url, can_ask=asked[0].ok)
    return found


def _of_database(settings: Settings) -> Iterator[Check]:
    first = None
    for name, look in OF_DATABASE.items():
        if first is None:
            first = check = _check(name, lambda look=look: look(settings))  # type: ignore[misc]
        elif first.ok:
            check = _check(name, lambda look=look: look(settings))  # type: ignore[misc]
        else:
            check = _not_looked_at(name, "the database")
        yield check


def _of_queue(settings: Settings, url: str, *, can_ask: bool) -> Iterator[Check]:
    first = _check("broker", lambda: queue.usable(url))
    yield first
    try:
        names = health.answering(url)
    except errors.BrokerUnavailable:
        yield from (_not_looked_at(name, "the queue") for name in ("workers", "beat"))
        return
    if not can_ask:
        yield Check("workers", bool(names), ", ".join(names) or "None answers; what waits for them is not known.")
        yield _not_looked_at("beat", "the database")
        return
    yield _check("workers", lambda: queue.workers(settings, names))
    yield _check("beat", lambda: queue.beat(settings, names))


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except errors.BrandpulseError as error:
        return Check(name, False, str(error))


def _not_looked_at(name: str, why: str) -> Check:
    return Check(name, False, f"Not looked at, since {why} cannot be used.")
