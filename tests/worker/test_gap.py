from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update

from database import sessions
from database.tables import Brand, Model
from ingest import loading
from ingest.options import Options
from reporting import document, revisions
from reporting.scope import Scope
from worker import deletion, embedded, gap, rescoring

MONDAY, TUESDAY = "2026-11-02T12:00:00Z", "2026-11-03T12:00:00Z"
ON_MONDAY = {"first_day": date(2026, 11, 2), "last_day": date(2026, 11, 2)}


@pytest.fixture
def said(database_url, model_id, scorer):
    """Two brands, each with two comments of Monday and one of Tuesday, scored; gives the number of the batch."""
    texts = [("good", MONDAY), ("???", MONDAY), ("bad", TUESDAY)]
    rows = [{"brand": brand, "text": text, "posted_at": at} for brand in ("Lumo", "Kite") for text, at in texts]
    queue = loading.Queue(model_id, 10)
    loaded = loading.load_comments(rows, database_url=database_url, options=Options(source="x"), queue=queue)
    embedded.drain(scorer)
    return loaded.batch_id


def report(url, model_id, **scope):
    with sessions.writing(url) as session:
        model, about, now = session.get_one(Model, model_id), Scope(**scope), datetime.now(UTC)
        made = document.build_report(session, model=model, scope=about, default_timezone="UTC", now=now)
        revisions.save(session, made, about, model)


def find(url, model_id):
    with sessions.reading(url) as session:
        return gap.find(session, session.get_one(Model, model_id), "UTC")


def rescore(url, scorer, found):
    rescoring.queue(url, found.jobs, 10, lambda _chunk_id: None)
    embedded.drain(scorer)


@pytest.mark.usefixtures("said")
def test_where_there_is_no_report_there_is_no_gap(database_url, second_id):
    assert find(database_url, second_id) is None


@pytest.mark.usefixtures("said")
def test_the_gap_is_what_the_period_of_the_last_report_lacks_and_a_rescore_closes_it(
    database_url, model_id, second_id, scorer
):
    report(database_url, model_id)
    report(database_url, model_id, brand="Lumo", **ON_MONDAY)
    found = find(database_url, second_id)
    assert (found.period, found.comments) == ("Lumo, 2026-11-02", 2)
    assert find(database_url, model_id).comments == 0
    rescore(database_url, scorer, found)
    assert find(database_url, second_id).comments == 0, "a comment that is skipped is no gap"


@pytest.mark.usefixtures("said")
def test_last_nights_reports_count_together_though_each_is_of_one_brand(database_url, model_id, second_id, scorer):
    for brand in ("Lumo", "Kite"):
        report(database_url, model_id, brand=brand, **ON_MONDAY)
    found = find(database_url, second_id)
    assert (found.period, found.comments) == ("Kite, Lumo, 2026-11-02", 4)
    rescore(database_url, scorer, found)
    assert find(database_url, second_id).comments == 0


@pytest.mark.usefixtures("said")
def test_a_report_of_all_brands_counts_each_in_its_own_zone(database_url, model_id, second_id):
    with sessions.writing(database_url) as session:
        session.execute(update(Brand).where(Brand.name == "Kite").values(timezone="Pacific/Auckland"))
    report(database_url, model_id, **ON_MONDAY)
    found = find(database_url, second_id)
    assert (found.period, found.comments) == ("all brands, 2026-11-02", 2), "noon in UTC is Tuesday in Auckland"


def test_the_report_of_a_run_is_of_its_batches(database_url, model_id, second_id, said):
    report(database_url, model_id, brand="Lumo")
    report(database_url, model_id, batch_ids=(said,))
    found = find(database_url, second_id)
    assert (found.period, found.comments) == (f"batch {said}", 6)
    with sessions.writing(database_url) as session:
        deletion.delete_batch(session, said)
    assert find(database_url, second_id).comments == 0


@pytest.mark.usefixtures("said")
def test_a_report_of_all_days_is_not_mixed_up_with_that_of_a_run(database_url, model_id, second_id, said):
    report(database_url, model_id, batch_ids=(said,))
    report(database_url, model_id, brand="Lumo")
    assert find(database_url, second_id).period == "Lumo, all days"
