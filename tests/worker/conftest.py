"""Comments of which a test of the tallies finds every kind."""

import pytest

from ingest import loading
from ingest.options import Options
from tests.conftest import RETRIES
from worker import scoring

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
