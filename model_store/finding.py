"""Find the model version that a command names, in the database or among the shipped ones."""

from pathlib import Path

from database import sessions
from model_store import registry, shipped
from model_store.artefact import Artefact
from settings import environment


def find(spec: str | None) -> Artefact:
    """Find a model version; a shipped one needs no database.

    Raises:
        errors.NotFound: there is none.

    """
    spec = spec or environment.load().model or shipped.DEFAULT
    if spec in shipped.SHIPPED or not has_database():
        return shipped.find(spec)
    settings = environment.load()
    with sessions.writing(settings.database_url) as session:
        registry.register_shipped(session)
        return registry.artefact_of(session, registry.get(session, spec), settings.cache_folder)


def has_database() -> bool:
    """Say whether to ask the database: an SQLite file is not made only to look into it."""
    kind, _, place = environment.load().database_url.partition(":///")
    return kind != "sqlite" or Path(place).exists()
