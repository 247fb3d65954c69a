import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update

from database import sessions
from database.tables import Brand, Correction, Delivery, Model, Tally
from reporting import document, revisions
from reporting.scope import Scope
from settings import environment, errors
from tests.worker.conftest import MORNING
from worker import corrections, deliveries, embedded, nightly_reports, rescoring

LATER = timedelta(hours=2, minutes=1)  # longer than a revision keeps its distance from the one before


def pages(settings):
    return sorted(path.name for path in settings.reports_folder.glob("*"))


def on(day, hour=6, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_yesterdays_report_of_a_brand_is_written_once_however_often_it_is_asked_for(settings, told, night, reports):
    told(2, "good", "bad")
    assert night() == [("2026-11-02", 1)]
    assert night() == []
    assert pages(settings) == ["Aurora_2026-11-02_r1.html"]
    assert len(reports()) == 1


def test_several_at_once_make_one_report(settings, told, night, reports):
    told(2, "good", "bad")
    several = [threading.Thread(target=night) for _ in range(4)]
    for one in several:
        one.start()
    for one in several:
        one.join()
    assert pages(settings) == ["Aurora_2026-11-02_r1.html"]
    assert len(reports()) == 1


def test_a_page_that_a_killed_process_did_not_write_is_written_by_a_later_one(settings, told, night, reports):
    told(2, "good", "bad")
    nightly_reports.make_all(settings, MORNING)
    assert pages(settings) == []
    assert night() == []
    assert pages(settings) == ["Aurora_2026-11-02_r1.html"]
    assert len(reports()) == 1


def test_a_page_whose_process_was_killed_while_it_wrote_is_written_by_a_later_one(settings, told, night, database_url):
    told(2, "good", "bad")
    [made] = nightly_reports.make_all(settings, MORNING)
    with sessions.writing(database_url) as session:
        assert deliveries.claim(session, made.deliveries[0], MORNING)
    night(MORNING + timedelta(minutes=5))
    assert pages(settings) == [], "somebody may still be writing it"
    night(MORNING + timedelta(minutes=11))
    assert pages(settings) == ["Aurora_2026-11-02_r1.html"]


def test_nothing_is_made_before_the_hour_by_the_brands_own_clock(told, night, brand):
    told(2, "good", "bad")
    brand(timezone="America/New_York", created_at=on(2))
    assert night(on(3, 9, 59)) == []
    assert night(on(3, 10, 0)) == [("2026-11-02", 1)]


@pytest.mark.parametrize(
    ("zone", "now", "is_due"),
    [
        # The clocks of Berlin go back on 25 October: 5:00 is 3:00 UTC before and 4:00 UTC after.
        ("Europe/Berlin", datetime(2026, 10, 25, 3, 59, tzinfo=UTC), False),
        ("Europe/Berlin", datetime(2026, 10, 25, 4, 0, tzinfo=UTC), True),
        ("Asia/Kathmandu", datetime(2026, 10, 24, 23, 14, tzinfo=UTC), False),
        ("Asia/Kathmandu", datetime(2026, 10, 24, 23, 15, tzinfo=UTC), True),
        ("Pacific/Auckland", datetime(2026, 10, 24, 15, 59, tzinfo=UTC), False),
        ("Pacific/Auckland", datetime(2026, 10, 24, 16, 0, tzinfo=UTC), True),
    ],
)
def test_the_hour_is_that_of_the_brands_clock_on_days_of_25_hours_too(told, night, brand, zone, now, is_due):
    told(2, "good")
    brand(timezone=zone, created_at=now - timedelta(days=9))
    local = now.astimezone(ZoneInfo(zone)).date()
    last = local - timedelta(days=1 if is_due else 2)
    assert night(now, nightly_catch_up_days=1) == [(str(last), 1)]


def test_each_night_has_a_report_even_where_nobody_spoke(settings, told, night):
    told(2, "good", "bad")
    night(on(3))
    night(on(4))
    assert pages(settings) == ["Aurora_2026-11-02_r1.html", "Aurora_2026-11-03_r1.html"]
    assert "nothing to report" in (settings.reports_folder / "Aurora_2026-11-03_r1.html").read_text()


def test_nights_that_were_missed_are_made_the_oldest_first_and_no_further_back_than_is_set(told, night, brand):
    told(2, "good")
    brand(created_at=on(1))
    night(on(3))
    assert night(on(6)) == [("2026-11-03", 1), ("2026-11-04", 1), ("2026-11-05", 1)]
    assert night(on(6)) == []
    assert night(on(20), nightly_catch_up_days=2) == [("2026-11-18", 1), ("2026-11-19", 1)]


def test_a_brand_that_was_loaded_today_has_no_nights_from_before_but_yesterdays(told, night, brand):
    for day in (1, 2, 5):
        told(day, "good")
    brand(created_at=on(6, 5, 30))
    assert night(on(6)) == [("2026-11-05", 1)]


def test_a_brand_that_was_loaded_today_without_comments_of_yesterday_has_its_first_report_tomorrow(told, night, brand):
    told(2, "good")
    brand(created_at=on(6, 5, 30))
    assert night(on(6)) == []
    assert night(on(7)) == [("2026-11-06", 1)]


def test_a_night_whose_comments_are_not_scored_waits_for_them(tell, night, scorer, reports):
    tell(2, "good", "bad")
    assert night(on(3, 5, 5)) == []
    embedded.drain(scorer)
    assert night(on(3, 5, 10)) == [("2026-11-02", 1)]
    assert reports()[0].content["totals"]["scored"] == 2


def test_a_night_waits_no_longer_than_is_set_and_then_says_what_is_missing(told, tell, night, scorer, reports):
    told(2, "good", "bad")
    tell(2, "good", "good again", "bad")
    assert night(on(3, 6, 59)) == []
    assert night(on(3, 7, 0)) == [("2026-11-02", 1)]
    [report] = reports()
    assert report.content["totals"]["pending"] == 3
    assert any("3 comments are not scored yet" in note for note in report.content["notes"])
    embedded.drain(scorer)
    assert night(on(3, 7, 5)) == [("2026-11-02", 2)], "the rest is scored: nothing more to wait for"
    assert (
        reports()[1].note
        == "3 comments more were scored; positive share 50.0 % to 60.0 %; negative share 50.0 % to 40.0 %."
    )
    assert reports()[1].content["revision_note"] == reports()[1].note
    assert night(on(3, 7, 10)) == []


def test_late_comments_make_a_new_revision_and_it_says_what_changed(settings, told, night, reports):
    told(2, "good", "bad")
    night()
    told(2, "good again", "good once more")
    assert night(MORNING + timedelta(minutes=5)) == [], "more may be on its way"
    assert night(MORNING + LATER) == [("2026-11-02", 2)]
    first, second = reports()
    said = (
        "2 comments more were loaded; 2 comments more were scored; positive share 50.0 % to 75.0 %; "
        "negative share 50.0 % to 25.0 %."
    )
    assert (first.note, second.note) == (None, said)
    assert first.content["totals"]["scored"] == 2
    assert pages(settings) == ["Aurora_2026-11-02_r1.html", "Aurora_2026-11-02_r2.html"]
    assert f"Since revision 1: {said}" in (settings.reports_folder / pages(settings)[1]).read_text()


def test_corrected_labels_make_a_new_revision_and_are_counted_in_its_note(told, night, reports, database_url):
    told(2, "good", "bad")
    night()
    with sessions.writing(database_url) as session:
        corrections.correct(session, 1, "negative", "ana")
        session.flush()
        session.execute(update(Correction).values(created_at=MORNING + timedelta(minutes=1)))
    assert night(MORNING + LATER) == [("2026-11-02", 2)]
    said = "Positive share 50.0 % to 0.0 %; negative share 50.0 % to 100.0 %; 1 label was corrected."
    assert reports()[1].note == said


def test_another_version_counts_a_night_again_once_it_has_scored_all_of_it(
    told, night, reports, both, second_id, database_url, monkeypatch
):
    told(2, "good", "bad")
    night()
    monkeypatch.setenv("BRANDPULSE_MODEL", "words@2")
    environment.load.cache_clear()
    assert night(MORNING + LATER) == [], "half of the scores would say less than before"
    with sessions.writing(database_url) as session:
        wanted = rescoring.parts(session, Scope(), session.get_one(Model, second_id), "UTC")
    rescoring.queue(database_url, wanted, 10, lambda _chunk_id: None)
    embedded.drain(both)
    assert night(MORNING + LATER) == [("2026-11-02", 2)]
    assert reports()[1].note == "Counted by words@2 in place of words@1."


def test_comments_are_loaded_while_a_report_is_built(told, tell, night, reports, monkeypatch):
    told(2, "good", "bad")
    build = document.build_report

    def slowly(*arguments, **options):
        tell(2, "good")
        return build(*arguments, **options)

    monkeypatch.setattr(document, "build_report", slowly)
    assert night() == [("2026-11-02", 1)]
    assert reports()[0].content["totals"]["scored"] == 2


def test_what_did_not_move_is_not_built_again(settings, told, night, monkeypatch):
    told(2, "good", "bad")
    night()
    monkeypatch.setattr(document, "build_report", None)
    assert night(MORNING + LATER) == []


def test_a_report_that_somebody_asked_for_at_night_does_not_stand_for_the_nightly_one(
    settings, told, night, reports, database_url, model_id
):
    told(2, "good", "bad")
    day = on(2).date()
    scope = Scope(brand="Aurora", first_day=day, last_day=day)
    with sessions.writing(database_url) as session:
        model = session.get_one(Model, model_id)
        made = document.build_report(session, model=model, scope=scope, default_timezone="UTC", now=on(3, 2))
        revisions.save(session, made, scope, model)
    assert night() == [("2026-11-02", 1)]
    assert pages(settings) == ["Aurora_2026-11-02_r1.html"]
    assert len(reports()) == 1, "it says the same"


def test_a_brand_whose_report_cannot_be_made_keeps_none_of_the_others_from_theirs(
    told, night, reports, brand, monkeypatch
):
    told(2, "good")
    told(2, "good", brand="Boreal")
    real = nightly_reports.make

    def make(settings, brand_id, now):
        if brand_id == 1:
            raise errors.CorruptArtefact("the model is damaged")
        return real(settings, brand_id, now)

    monkeypatch.setattr(nightly_reports, "make", make)
    with pytest.raises(errors.CorruptArtefact):
        night()
    assert [row.content["scope"]["brand"] for row in reports()] == ["Boreal"]


def count(database_url, what):
    with sessions.reading(database_url) as session:
        return session.scalar(select(func.count()).select_from(what))


def test_once_a_night_what_was_counted_is_merged(database_url, told, night):
    told(2, *[f"good {i}" for i in range(25)])
    assert count(database_url, Tally) == 6, "one for each block and each chunk"
    night()
    assert count(database_url, Tally) == 2
    assert (count(database_url, Brand), count(database_url, Delivery)) == (1, 1)
