"""What is older than it may be kept is forgotten at night, after the reports that quote it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from database import recounting, sessions, wiping
from database.tables import Brand, Comment, Forgetting, Reject
from tests import wholeness
from tests.worker.conftest import MORNING
from worker import forgetting, nightly_reports, retention


@pytest.fixture
def keep(settings, database_url):
    """Give settings that keep so many days; what is loaded was loaded in October."""

    def keep(days):
        with sessions.writing(database_url) as session:
            session.execute(update(Comment).values(loaded_at=datetime(2026, 10, 1, tzinfo=UTC)))
        return settings.model_copy(update={"retention_days": days})

    return keep


def kept(url):
    with sessions.reading(url) as session:
        return session.scalars(select(Comment.text).where(Comment.text != "").order_by(Comment.counted_at)).all()


def check(url):
    wholeness.check_both_sums(url)
    with sessions.writing(url) as session:
        assert recounting.recount(session).rows == 0


def test_without_the_setting_nothing_is_ever_forgotten(database_url, told, settings):
    told(2, "good")
    assert retention.forget(settings, MORNING + timedelta(days=4000)) is None
    assert kept(database_url) == ["good"]


def test_days_beyond_those_kept_are_forgotten_once_a_night(database_url, told, keep, night):
    for day in (1, 2, 3, 4, 5):
        told(day, f"good {day}")
    settings, now = keep(2), MORNING + timedelta(days=3)
    night(now)
    assert retention.is_due(settings, now)
    assert retention.forget(settings, now).comments == 3
    assert kept(database_url) == ["good 4", "good 5"]
    check(database_url)
    for minutes in (5, 60, 22 * 60):
        assert retention.forget(settings, now + timedelta(minutes=minutes)) is None
    night(now + timedelta(days=1))
    assert retention.forget(settings, now + timedelta(days=1)).comments == 1
    with sessions.reading(database_url) as session:
        assert session.scalars(select(Forgetting.comments).order_by(Forgetting.id)).all() == [3, 1]


@pytest.mark.parametrize(
    ("day", "is_due"), [(date(2020, 1, 1), True), (date(2026, 11, 3), True), (date(2026, 11, 4), False)]
)
def test_what_somebody_forgets_by_hand_stands_for_the_night_only_where_it_reaches_as_far(
    database_url, told, keep, day, is_due
):
    told(1, "good")
    settings, now = keep(2), MORNING + timedelta(days=3)
    with sessions.reading(database_url) as session:
        which = forgetting.before(session, day, "UTC")
    forgetting.forget(database_url, which, forgetting.find(database_url, which), now=now)
    for hours in (1, 22):
        assert retention.is_due(settings, now + timedelta(hours=hours)) is is_due
    assert retention.is_due(settings, now + timedelta(hours=24))


def test_fewer_days_to_keep_are_due_at_once(told, keep):
    told(1, "good")
    assert retention.forget(keep(9), MORNING + timedelta(days=3)).comments == 0
    assert retention.forget(keep(2), MORNING + timedelta(days=3, hours=1)).comments == 1


def test_a_night_whose_report_is_still_to_be_made_keeps_its_texts(database_url, told, keep, night):
    for day in (1, 2, 3, 4, 5):
        told(day, f"good {day}")
    night(datetime(2026, 11, 2, 6, tzinfo=UTC))
    with sessions.writing(database_url) as session:
        session.execute(update(Brand).values(created_at=datetime(2026, 10, 1, tzinfo=UTC)))
    settings, now = keep(2), MORNING + timedelta(days=3)
    assert nightly_reports.due_brands(settings, now)
    assert retention.forget(settings.model_copy(update={"nightly_catch_up_days": 4}), now).comments == 1
    assert kept(database_url) == ["good 2", "good 3", "good 4", "good 5"]
    night(now)
    assert retention.forget(settings, now + timedelta(days=1)).comments == 3
    check(database_url)


def test_what_was_loaded_late_is_kept_for_a_day(database_url, told, keep):
    told(1, "good")
    settings = keep(2)
    told(1, "late")
    with sessions.writing(database_url) as session:
        loaded = Comment.text == "late"
        session.execute(update(Comment).where(loaded).values(loaded_at=MORNING + timedelta(days=19, hours=-23)))
    assert retention.forget(settings, MORNING + timedelta(days=19)).comments == 1
    assert kept(database_url) == ["late"]
    assert retention.forget(settings, MORNING + timedelta(days=20)).comments == 1


def test_what_there_was_no_time_for_goes_on_before_the_night_counts_as_done(database_url, told, keep, monkeypatch):
    monkeypatch.setattr(wiping, "WINDOW_IDS", 10)
    told(1, *["good"] * 35)
    settings, now = keep(2), MORNING + timedelta(days=19)
    assert retention.forget(settings, now, seconds=0).finished is False
    assert len(kept(database_url)) == 35
    assert retention.forget(settings, now).comments == 35
    assert retention.forget(settings, now) is None


def test_rejects_lose_their_rows_with_the_comments(database_url, tell, keep):
    tell(1, "good", "")
    settings = keep(2)
    assert retention.forget(settings, datetime.now(UTC) + timedelta(days=9)).rejects == 1
    with sessions.reading(database_url) as session:
        assert session.scalars(select(Reject.content)).all() == [None]
    check(database_url)
