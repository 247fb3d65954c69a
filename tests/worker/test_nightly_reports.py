import threading
from datetime import UTC, datetime, time

import pytest
from sqlalchemy import func, select

from database import sessions
from database.tables import Brand, Report, Tally
from settings import environment
from worker import embedded, nightly_reports

YESTERDAY = "2026-11-02T12:00:00Z"
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
def said(database_url, load, scorer):
    """Two comments of yesterday, scored."""
    load("good", "bad", posted_at=YESTERDAY)
    embedded.drain(scorer)


def count_reports(url):
    with sessions.reading(url) as session:
        return session.scalar(select(func.count()).select_from(Report))


def pages(settings):
    return sorted(path.name for path in settings.reports_folder.glob("*"))


@pytest.mark.usefixtures("said")
def test_yesterdays_report_of_a_brand_is_written_once_however_often_it_is_asked_for(settings, database_url):
    assert len(nightly_reports.write_missing(settings, MORNING)) == 1
    assert nightly_reports.write_missing(settings, MORNING) == []
    assert pages(settings) == ["Aurora_2026-11-02_r1.html"]
    assert count_reports(database_url) == 1


@pytest.mark.usefixtures("said")
def test_several_at_once_make_one_report(settings, database_url):
    nights = [threading.Thread(target=nightly_reports.write_missing, args=(settings, MORNING)) for _ in range(4)]
    for night in nights:
        night.start()
    for night in nights:
        night.join()
    assert pages(settings) == ["Aurora_2026-11-02_r1.html"]
    assert count_reports(database_url) == 1


@pytest.mark.usefixtures("said")
def test_a_page_that_a_killed_process_did_not_write_is_written_by_the_next(settings, database_url):
    [written] = nightly_reports.write_missing(settings, MORNING)
    (settings.reports_folder / "Aurora_2026-11-02_r1.html").unlink()
    assert nightly_reports.write_missing(settings, MORNING) == [written]
    assert count_reports(database_url) == 1


@pytest.mark.usefixtures("said")
def test_nothing_is_written_before_the_hour_by_the_brands_own_clock(settings, database_url):
    with sessions.writing(database_url) as session:
        session.query(Brand).one().timezone = "America/New_York"
    assert nightly_reports.write_missing(settings, datetime(2026, 11, 3, 9, 59, tzinfo=UTC)) == []
    assert len(nightly_reports.write_missing(settings, datetime(2026, 11, 3, 10, 0, tzinfo=UTC))) == 1


@pytest.mark.usefixtures("said")
def test_each_night_has_a_report_even_where_nobody_spoke(settings):
    nightly_reports.write_missing(settings, MORNING)
    nightly_reports.write_missing(settings, datetime(2026, 11, 4, 6, 0, tzinfo=UTC))
    assert pages(settings) == ["Aurora_2026-11-02_r1.html", "Aurora_2026-11-03_r1.html"]
    assert "nothing to report" in (settings.reports_folder / "Aurora_2026-11-03_r1.html").read_text()


def count_tallies(url):
    with sessions.reading(url) as session:
        return session.scalar(select(func.count()).select_from(Tally))


def test_once_a_night_what_was_counted_is_merged(settings, database_url, load, scorer):
    load(*[f"good {i}" for i in range(25)], posted_at=YESTERDAY)
    embedded.drain(scorer)
    assert count_tallies(database_url) == 6, "one for each block and each chunk"
    nightly_reports.write_missing(settings, MORNING)
    assert count_tallies(database_url) == 2
