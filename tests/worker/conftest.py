"""Comments of which a test of the tallies finds every kind, and nights of one brand."""

import itertools
from datetime import UTC, datetime, time

import pytest
from sqlalchemy import select

from database import sessions
from database.tables import Brand, Delivery, Report
from ingest import loading
from ingest.options import Options
from settings import environment
from tests import mail_server, web_server
from tests.conftest import RETRIES
from worker import embedded, nightly_reports, scoring, sending

TEXTS = ("good", "bad", "so so", "???", "poison", "good again", "bad again")
SIZE = 10


@pytest.fixture
def say(database_url, model_id):
    """Load comments of two brands and three sources over some days; the same number says the same again."""

    def say(first=0, last=60, said=None, **options):
        rows = [
            {
                "id": i,
                "brand": f"Brand {i % 2}",
                "source": f"s{i % 3}",
                "text": said.format(i) if said else TEXTS[i % 7],
                "posted_at": _moment(i),
            }
            for i in range(first, last)
        ]
        queue = loading.Queue(model_id, SIZE)
        return loading.load_comments(
            rows, database_url=database_url, options=Options(), queue=queue, **options
        ).batch_id

    return say


def _moment(i):
    return None if i % 5 == 4 else f"2026-11-{1 + i % 3:02}T{(7 * i) % 24:02}:{i % 60:02}:59.999999Z"


@pytest.fixture
def both(database_url, model, model_id, second_id):
    """A scorer that has both versions."""
    return scoring.Scorer(database_url, RETRIES, lambda _model_id: model)


#: after the hour of the night of 2 November
MORNING = datetime(2026, 11, 3, 6, 0, tzinfo=UTC)


@pytest.fixture
def settings(database_url, tmp_path, monkeypatch):
    """The settings of a process whose model is the words' one."""
    monkeypatch.setenv("BRANDPULSE_MODEL", "words@1")
    environment.load.cache_clear()
    yield environment.Settings(
        database_url=database_url, reports_folder=tmp_path / "reports", nightly_at=time(5, 0), model="words@1"
    )
    environment.load.cache_clear()


@pytest.fixture
def tell(database_url, model_id):
    """Load comments about Aurora, each a new one, of noon of a day of November."""
    numbers = itertools.count()

    def tell(day, *texts, brand="Aurora", at="12:00:00Z"):
        rows = [{"id": next(numbers), "text": text, "posted_at": f"2026-11-{day:02}T{at}"} for text in texts]
        queue, options = loading.Queue(model_id, 10), Options(brand=brand, source="x")
        return loading.load_comments(rows, database_url=database_url, options=options, queue=queue).batch_id

    return tell


@pytest.fixture
def told(tell, scorer):
    """Load comments and score them."""

    def told(day, *texts, **how):
        tell(day, *texts, **how)
        embedded.drain(scorer)

    return told


@pytest.fixture
def brand(database_url):
    """Set what is known of Aurora."""

    def brand(**values):
        with sessions.writing(database_url) as session:
            row = session.scalars(select(Brand).where(Brand.name == "Aurora")).one()
            for name, value in values.items():
                setattr(row, name, value)

    return brand


@pytest.fixture
def night(settings):
    """Make what is due at a moment and deliver it; gives day and revision of what was made."""

    def night(now=MORNING, **changed):
        of_now = settings.model_copy(update=changed)
        made = nightly_reports.make_all(of_now, now)
        sending.deliver_due(of_now, now)
        return [(one.day, one.revision) for one in made]

    return night


@pytest.fixture
def deliveries_of(database_url):
    """List the deliveries of a channel: state, tries, why."""

    def deliveries_of(channel):
        with sessions.reading(database_url) as session:
            found = session.scalars(select(Delivery).where(Delivery.channel == channel).order_by(Delivery.id)).all()
            return [(row.state, row.attempts, row.error) for row in found]

    return deliveries_of


@pytest.fixture
def reports(database_url):
    """List the revisions that are kept."""

    def reports():
        with sessions.reading(database_url) as session:
            return session.scalars(select(Report).order_by(Report.first_day, Report.revision)).all()

    return reports


@pytest.fixture
def mails():
    """A mail server."""
    with mail_server.running() as server:
        yield server


@pytest.fixture
def web():
    """A web server."""
    with web_server.running() as server:
        yield server
