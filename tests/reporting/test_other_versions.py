from datetime import date

import pytest

from database import sessions
from database.tables import Model
from ingest import loading
from ingest.options import Options
from reporting import document, files, revisions, text
from reporting.scope import Scope
from tests.reporting.conftest import NOW
from worker import batches, embedded, jobs, rescoring

MONDAY, TUESDAY = "2026-11-02T12:00:00Z", "2026-11-03T12:00:00Z"


@pytest.fixture
def report_by(database_url):
    """Build a report under a version and keep it."""

    def report_by(model_id, **scope):
        with sessions.writing(database_url) as session:
            model = session.get_one(Model, model_id)
            made = document.build_report(session, model=model, scope=Scope(**scope), default_timezone="UTC", now=NOW)
            revisions.save(session, made, Scope(**scope), model)
            return made

    return report_by


def rescore(url, model_id, **scope):
    with sessions.reading(url) as session:
        wanted = rescoring.parts(session, Scope(**scope), session.get_one(Model, model_id), "UTC")
    return rescoring.queue(url, wanted, 10, lambda _chunk_id: None)


def waiting(report):
    return [note for note in report["notes"] if "not scored yet" in note]


def test_comments_that_only_another_version_scored_are_named_with_what_to_do(say, score, report_by, second_id):
    say(("Lumo", "good", MONDAY), ("Lumo", "???", TUESDAY))
    score()
    made = report_by(second_id, brand="Lumo", first_day=date(2026, 11, 2), last_day=date(2026, 11, 3))
    assert made["other_versions"] == {"words@1": 2}
    none, other, *_ = made["notes"]
    assert none == "None of the comments has a score, so there are no shares."
    assert other == (
        "2 comments went through another model version only: words@1 (2). Not in the shares, which never mix versions; "
        "`brandpulse rescore --brand Lumo --from 2026-11-02 --to 2026-11-03 --model words@2` scores them by words@2."
    )
    assert waiting(made) == []
    assert made["totals"]["scored"] == 0
    assert made["totals"]["comments"] == made["totals"]["pending"] == 2


def test_every_format_that_has_notes_shows_it(say, score, report_by, second_id):
    say(("Lumo", "good", MONDAY))
    score()
    made = report_by(second_id)
    for file_format in ("html", "json"):
        assert "1 comment went through another model version only" in files.FORMATS[file_format].render(made)
    shown = " ".join(str(part) for part in text.render(made).renderables)
    assert "1 comment went through another model version only" in shown


def test_a_comment_counts_under_one_version_only_and_the_batches_of_a_run_are_named(
    database_url, say, score, report_by, second_id
):
    batch_id = say(("Lumo", "good", MONDAY), ("Lumo", "bad", MONDAY))
    rescore(database_url, second_id, batch_ids=(batch_id,))
    score()
    with sessions.writing(database_url) as session:
        third = Model(name="words", version=3, recipe="words", sha256="3" * 64, shipped=False, card={}, created_at=NOW)
        session.add(third)
        session.flush()
    made = report_by(third.id, batch_ids=(batch_id,))
    assert made["other_versions"] == {"words@2": 2}
    assert f"`brandpulse rescore --batch {batch_id} --model words@3`" in made["notes"][1]


def test_what_a_rescore_has_still_to_score_is_pending_and_what_it_cancelled_is_cancelled(
    database_url, say, score, report_by, second_id
):
    say(*[("Lumo", f"good {i}", MONDAY) for i in range(3)])
    score()
    [job_id] = rescore(database_url, second_id)
    made = report_by(second_id)
    assert (made["other_versions"], made["totals"]["pending"], len(waiting(made))) == ({}, 3, 1)
    with sessions.writing(database_url) as session:
        jobs.cancel(session, [job_id])
    made = report_by(second_id)
    assert (made["totals"]["pending"], made["totals"]["cancelled"], waiting(made)) == (0, 3, [])
    assert made["other_versions"] == {"words@1": 3}, "cancelled or not, another version has scored them"
    rescore(database_url, second_id)
    score()
    made = report_by(second_id)
    assert (made["totals"]["scored"], made["notes"]) == (3, [])


def test_a_comment_that_two_jobs_cancelled_is_cancelled_once(database_url, say, score, report_by, model_id, zone):
    first = say(*[("Lumo", f"good {i}", MONDAY) for i in range(25)], ("Kite", "bad", TUESDAY))
    zone("Kite", "Europe/Berlin")
    [job_id] = rescore(database_url, model_id)
    with sessions.writing(database_url) as session:
        assert batches.cancel(session, first) == 3
    assert report_by(model_id)["totals"]["cancelled"] == 0, "the rescore has still to score them"
    with sessions.writing(database_url) as session:
        jobs.cancel(session, [job_id])
    made = report_by(model_id)
    assert (made["totals"]["cancelled"], made["totals"]["pending"]) == (26, 0)
    assert [brand["cancelled"] for brand in made["brands"]] == [1, 25]
    assert report_by(model_id, brand="Lumo", first_day=date(2026, 11, 3))["totals"]["cancelled"] == 0


def test_a_batch_cancelled_under_the_version_and_rescored_is_pending(database_url, say, report_by, model_id):
    batch_id = say(("Lumo", "good", MONDAY))
    with sessions.writing(database_url) as session:
        batches.cancel(session, batch_id)
    assert report_by(model_id)["totals"]["cancelled"] == 1
    rescore(database_url, model_id)
    assert (report_by(model_id)["totals"]["cancelled"], report_by(model_id)["totals"]["pending"]) == (0, 1)


def test_the_rescore_of_another_brand_or_period_says_nothing_of_a_comment(
    database_url, say, score, report_by, second_id
):
    say(("Kite", "good", MONDAY), ("Lumo", "good", MONDAY), ("Lumo", "good", TUESDAY), ("Kite", "good", TUESDAY))
    score()
    rescore(database_url, second_id, brand="Kite")
    rescore(database_url, second_id, brand="Lumo", first_day=date(2026, 11, 2), last_day=date(2026, 11, 2))
    made = report_by(second_id, brand="Lumo")
    assert (made["other_versions"], made["totals"]["pending"]) == ({"words@1": 1}, 2)


def test_a_text_replaced_after_another_version_was_promoted_is_missing_under_the_old_one(
    database_url, say, scorer, score, report_by, model_id, second_id
):
    say(("Lumo", "good", MONDAY))
    score()
    rows = [{"id": "x0", "brand": "Lumo", "text": "bad", "posted_at": MONDAY}]
    queue = loading.Queue(second_id, 10)
    loading.load_comments(rows, database_url=database_url, options=Options(source="x"), queue=queue, replace=True)
    score()
    assert report_by(second_id)["totals"]["negative"] == 1
    assert report_by(model_id)["other_versions"] == {"words@2": 1}
    [job_id] = rescore(database_url, model_id)
    embedded.drain(scorer, job_ids=[job_id])
    assert report_by(model_id)["totals"]["negative"] == 1


def test_a_revision_by_another_version_is_named_and_the_same_answer_stays_one_revision(
    database_url, say, score, report_by, model_id, second_id
):
    say(("Lumo", "good", MONDAY))
    rescore(database_url, second_id)
    score()
    assert report_by(model_id)["notes"] == []
    for _ in range(2):
        made = report_by(second_id)
        assert made["revision"] == 2
        [note] = made["notes"]
        assert note.startswith(
            "Revision 1 of this report was counted by words@1: what differs from it may be the model"
        )
    back = report_by(model_id)
    assert back["revision"] == 3
    assert "Revision 2 of this report was counted by words@2" in back["notes"][0]
    assert report_by(model_id)["revision"] == 3
