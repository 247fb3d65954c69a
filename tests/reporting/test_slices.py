"""Which comments of a large period are read."""

from datetime import UTC, datetime, timedelta

import pytest

from database import sessions
from reporting import selection, slices, told
from reporting.scope import Scope

FIRST = datetime(2026, 11, 2, tzinfo=UTC)
#: a quiet week, and a busy hour at its end
MOMENTS = [FIRST + timedelta(hours=i) for i in range(168)] + [
    FIRST + timedelta(days=7, seconds=15 * i) for i in range(232)
]


@pytest.fixture
def part(database_url, say, score):
    """What there is of Lumo, in a session."""
    say(*[("Lumo", f"good {i}", moment.isoformat()) for i, moment in enumerate(MOMENTS)])
    score()
    with sessions.reading(database_url) as session:
        [part] = selection.by_brand(session, Scope("Lumo", first_day=FIRST.date()), "UTC")
        yield session, part


def test_what_is_read_stands_for_the_whole_period_and_not_for_its_end(part, model_id):
    session, lumo = part
    read = told.read(session, lumo, model_id, 100).all
    assert 100 <= len(read) <= 150
    quiet = sum(one.posted_at < FIRST + timedelta(days=7) for one in read) / len(read)
    assert quiet == pytest.approx(168 / 400, abs=0.05)
    assert len({one.posted_at.date() for one in read}) == 8
    assert len({one.id for one in read}) == len(read)


def test_a_period_with_no_more_is_read_whole_in_one_go(part, model_id):
    session, lumo = part
    assert slices.of_part(session, lumo, 400) == [slices.Slice(None, None, 400)]
    assert len(told.read(session, lumo, model_id, 400).all) == 400


def test_slices_hold_nothing_beyond_the_period(part):
    session, lumo = part
    day = lumo._replace(scope=Scope("Lumo", first_day=FIRST.date(), last_day=FIRST.date()))
    found = slices.of_part(session, day, 10)
    assert sum(one.most for one in found) in range(10, 10 + len(found))
    assert found[0].begin == FIRST
    assert all(one.begin < FIRST + timedelta(days=1) for one in found)
