"""Reports over comments whose labels the test itself decides."""

from datetime import UTC, datetime

import pytest

from database import sessions
from database.tables import Brand, Model
from ingest import loading
from ingest.options import Options
from reporting import document, revisions
from reporting.scope import Scope
from worker import embedded

NOW = datetime(2026, 11, 16, 5, 0, tzinfo=UTC)


@pytest.fixture
def say(database_url, model_id):
    """Load comments: each a brand, a text, and a time or None."""

    def say(*comments, source="x", chunk=10):
        rows = [
            {"id": f"{source}{i}", "brand": brand, "text": said, "posted_at": posted_at}
            for i, (brand, said, posted_at) in enumerate(comments)
        ]
        queue = loading.Queue(model_id, chunk)
        return loading.load_comments(
            rows, database_url=database_url, options=Options(source=source), queue=queue
        ).batch_id

    return say


@pytest.fixture
def score(scorer):
    """Score whatever is pending."""
    return lambda: embedded.drain(scorer)


@pytest.fixture
def zone(database_url):
    """Set the time zone of a brand."""

    def zone(brand, name):
        with sessions.writing(database_url) as session:
            session.query(Brand).filter_by(name=brand).one().timezone = name

    return zone


@pytest.fixture
def report(database_url, model_id):
    """Build a report and keep it."""

    def report(now=NOW, **scope):
        with sessions.writing(database_url) as session:
            model = session.get_one(Model, model_id)
            made = document.build_report(session, model=model, scope=Scope(**scope), default_timezone="UTC", now=now)
            revisions.save(session, made, Scope(**scope), model)
            return made

    return report
