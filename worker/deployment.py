"""What the commands and tasks of one process share: its settings put together to a scorer and a queue."""

import gc
from functools import cache

from sqlalchemy.orm import Session

from database import sessions
from database.tables import Model as ModelRow
from ingest.loading import Queue
from model_store import loading, prediction, recipes, registry
from model_store.artefact import Artefact
from settings import environment
from worker import apart, chunks, scoring

#: threads that TensorFlow may take in this process; None is all cores
_threads: int | None = None


def limit_threads(threads: int) -> None:
    """Say, before the first chunk, how many threads TensorFlow may take in this process."""
    global _threads  # noqa: PLW0603 - one per process, as TensorFlow itself has it
    _threads = threads


def promoted(session: Session) -> ModelRow:
    """Give the version that scores: the one that BRANDPULSE_MODEL names, else the promoted one."""
    registry.register_shipped(session)
    named = environment.load().model
    return registry.get(session, named) if named else registry.promoted(session)


def scorer() -> scoring.Scorer:
    """Put this process's scorer together."""
    settings = environment.load()
    retries = chunks.Retries(settings.max_attempts, settings.retry_delay_seconds, settings.lease_seconds)
    return scoring.Scorer(settings.database_url, retries, load_model, load_apart)


def queue() -> Queue:
    """Say what becomes of comments that are loaded now.

    Raises:
        errors.NotFound: they would wait for a version that no worker of this program has.

    """
    settings = environment.load()
    with sessions.writing(settings.database_url) as session:
        model = promoted(session)
        registry.refuse_gone(model)
        return Queue(model.id, chunk_size(model), queue_chunk)


def chunk_size(model: ModelRow) -> int:
    """Say how many comments a chunk holds: what the setting says, else the version's recipe."""
    return environment.load().chunk_size_comments or recipes.named(model.recipe).CHUNK_SIZE_COMMENTS


def queue_chunk(chunk_id: int) -> None:
    """Hand a committed chunk to the broker; without one, workers find it in the database."""
    if environment.load().broker_url is not None:
        from worker import tasks  # noqa: PLC0415 - embedded mode has no Celery

        tasks.queue_chunk(chunk_id)


def queue_delivery(delivery_id: int) -> None:
    """Hand a delivery to the broker; without one, the next `brandpulse nightly` sends it."""
    if environment.load().broker_url is not None:
        from worker import tasks  # noqa: PLC0415 - as above

        tasks.queue_delivery(delivery_id)


@cache
def load_model(model_id: int) -> prediction.Model:
    """Load a version once per process: its files checked, its graph built."""
    with sessions.reading(environment.load().database_url) as session:
        version = artefact(session, session.get_one(ModelRow, model_id))
    model = loading.load(version, _threads)
    # What TensorFlow and the model are made of stays: else the collector looks at it all whenever a chunk is read,
    # which took 7 ms a chunk of 10,000 comments, and 300 ms of every fifteenth.
    gc.freeze()
    return model


def load_apart(model_id: int) -> apart.Apart:
    """Give a version in a process of its own."""
    return apart.of_version(model_id, _threads)


def artefact(session: Session, model: ModelRow) -> Artefact:
    """Give the files of a version on this machine, checked."""
    return registry.artefact_of(session, model, environment.load().cache_folder)
