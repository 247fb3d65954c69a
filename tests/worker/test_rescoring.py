import threading
from datetime import date

import pytest
from sqlalchemy import func, select, update

from database import sessions
from database.tables import Batch, Brand, Chunk, Comment, Model, Score, Unscored
from ingest import loading
from ingest.options import Options
from reporting.scope import Scope
from settings import errors
from tests.conftest import RETRIES
from tests.words import WordModel
from worker import batches, chunks, deletion, embedded, jobs, queueing, rescoring, scoring

SIZE = 10
MONDAY = "2026-11-02T12:00:00Z"


class Contrary(WordModel):
    """Says the contrary of the words' model."""

    def predict(self, texts, brands):
        found = super().predict(texts, brands)
        return found._replace(p_negative=found.p_positive, p_positive=found.p_negative)


@pytest.fixture
def contrary():
    return Contrary()


@pytest.fixture
def both(database_url, model, model_id, contrary, second_id):
    """A scorer that has both versions."""
    models = {model_id: model, second_id: contrary}
    return scoring.Scorer(database_url, RETRIES, models.__getitem__)


@pytest.fixture
def rescore(database_url, second_id):
    """Queue a scope for `words@2`."""

    def rescore(queue_chunk=lambda _chunk_id: None, **scope):
        return rescoring.queue(database_url, wanted(database_url, second_id, **scope), SIZE, queue_chunk)

    return rescore


def wanted(url, model_id, **scope):
    with sessions.reading(url) as session:
        return rescoring.parts(session, Scope(**scope), session.get_one(Model, model_id), "UTC")


def labels(url, model_id):
    with sessions.reading(url) as session:
        rows = session.execute(
            select(Comment.text, Score.label)
            .join(Score, Score.comment_id == Comment.id)
            .where(Score.model_id == model_id)
            .order_by(Comment.id)
        )
        return dict(rows.tuples().all())


def counts(url, job_id):
    with sessions.reading(url) as session:
        return jobs.count(session, jobs.find(session, job_id))


def chunk_sizes(url, job_id):
    with sessions.reading(url) as session:
        return list(session.scalars(select(Chunk.comments).where(Chunk.job_id == job_id).order_by(Chunk.id)))


def many(count):
    return [f"{'bad' if i % 2 else 'good'} {i}" for i in range(count)]


def test_the_new_scores_stand_beside_the_old_ones(database_url, load, both, rescore, model_id, second_id):
    load("good", "bad", "???", "poison")
    embedded.drain(both)
    before = labels(database_url, model_id)
    [job_id] = rescore()
    assert counts(database_url, job_id) == (4, 0, 0, 0, 4, 0)
    embedded.drain(both)
    assert counts(database_url, job_id) == (4, 2, 1, 1, 0, 0)
    assert labels(database_url, second_id) == {"good": -1, "bad": 1}
    assert labels(database_url, model_id) == before == {"good": 1, "bad": -1}


def test_asked_again_only_what_failed_is_tried_again(database_url, load, both, rescore, contrary):
    load(*many(24), "???", "poison")
    [first] = rescore()
    embedded.drain(both, job_ids=[first])
    contrary.calls.clear()
    assert rescore() == [first]
    embedded.drain(both, job_ids=[first])
    assert set(contrary.calls) == {1}
    assert counts(database_url, first) == (26, 24, 1, 1, 0, 0)


def test_chunks_hold_as_many_comments_as_they_say_however_the_ids_lie(database_url, load, both, rescore, second_id):
    load(*many(35))
    with sessions.writing(database_url) as session:
        ids = session.scalars(select(Comment.id).order_by(Comment.id)).all()
        for comment_id in ids[3:12]:
            said = {"p_negative": 0.5, "p_positive": 0.5, "label": 0}
            session.add(Score(model_id=second_id, comment_id=comment_id, **said))
    [job_id] = rescore()
    assert chunk_sizes(database_url, job_id) == [10, 10, 6]
    embedded.drain(both, job_ids=[job_id])
    assert counts(database_url, job_id) == (35, 35, 0, 0, 0, 0)
    assert list(labels(database_url, second_id).values()).count(0) == 9, "what was there is left alone"


def test_only_the_chunks_of_the_job_are_scored_where_only_they_are_asked_for(
    database_url, load, both, rescore, model_id
):
    load("good")
    [job_id] = rescore()
    assert embedded.drain(both, job_ids=[job_id]) == 1
    assert labels(database_url, model_id) == {}


def test_killed_while_it_queues_and_asked_again_everything_is_scored_once(
    database_url, load, both, rescore, contrary, second_id, monkeypatch
):
    load(*many(45))
    monkeypatch.setattr(rescoring, "MOST_CHUNKS", 1)
    sent = []

    def die(chunk_id):
        if len(sent) == 2:
            raise KeyboardInterrupt
        sent.append(chunk_id)

    with pytest.raises(KeyboardInterrupt):
        rescore(die)
    scoring.score_chunk(both, sent[0])
    again = []
    [job_id] = rescore(again.append)
    assert sorted(chunk_sizes(database_url, job_id)) == [5, 10, 10, 10, 10]
    assert set(again) >= set(sent[1:]), "what was queued and not scored is queued again"
    embedded.drain(both, job_ids=[job_id])
    assert sum(contrary.calls) == len(labels(database_url, second_id)) == 45
    assert counts(database_url, job_id) == (45, 45, 0, 0, 0, 0)


def test_a_chunk_that_failed_and_one_that_was_cancelled_are_taken_up_by_asking_again(
    database_url, load, both, rescore, second_id
):
    load(*many(25))
    [job_id] = rescore()
    with sessions.reading(database_url) as session:
        first, *_ = session.scalars(select(Chunk.id).where(Chunk.job_id == job_id).order_by(Chunk.id)).all()
    broken = scoring.Scorer(database_url, chunks.Retries(1, 0, 60), lambda _model_id: 1 / 0)
    scoring.score_chunk(broken, first)
    with sessions.writing(database_url) as session:
        assert jobs.reasons(session, jobs.find(session, job_id)) == ["ZeroDivisionError: division by zero"]
        assert jobs.cancel(session, [job_id]) == 2
    assert counts(database_url, job_id) == (25, 0, 0, 10, 0, 15)
    assert rescore() == [job_id]
    assert counts(database_url, job_id) == (25, 0, 0, 0, 25, 0)
    embedded.drain(both)
    assert counts(database_url, job_id) == (25, 25, 0, 0, 0, 0)
    assert len(labels(database_url, second_id)) == 25


def test_what_is_loaded_later_is_of_the_job_once_it_is_asked_again(database_url, load, both, rescore):
    load("good")
    [job_id] = rescore()
    load("good", "bad")
    assert counts(database_url, job_id).comments == 1
    assert rescore() == [job_id]
    embedded.drain(both)
    assert counts(database_url, job_id) == (2, 2, 0, 0, 0, 0)


def test_of_two_that_ask_for_the_same_at_once_one_queues_it(database_url, load, second_id):
    load(*many(45))
    found = []
    asked = [wanted(database_url, second_id) for _ in range(4)]
    askers = [
        threading.Thread(target=lambda one=one: found.append(rescoring.queue(database_url, one, SIZE, lambda _: None)))
        for one in asked
    ]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    [job_id] = {job_id for [job_id] in found}
    assert sorted(chunk_sizes(database_url, job_id)) == [5, 10, 10, 10, 10]


def say(url, model_id, *rows):
    rows = [{"id": i, "brand": brand, "text": text, "posted_at": at} for i, (brand, text, at) in enumerate(rows)]
    queue = loading.Queue(model_id, SIZE)
    return loading.load_comments(rows, database_url=url, options=Options(source="x"), queue=queue).batch_id


def test_days_are_those_of_each_brands_own_zone(database_url, model_id, second_id, both, rescore):
    evening, night = "2026-11-02T22:59:59Z", "2026-11-02T23:00:00Z"
    say(database_url, model_id, *[(brand, "good", at) for brand in ("Kite", "Lumo") for at in (evening, night)])
    with sessions.writing(database_url) as session:
        session.execute(update(Brand).where(Brand.name == "Lumo").values(timezone="Europe/Berlin"))
    monday = date(2026, 11, 2)
    job_ids = rescore(first_day=monday, last_day=monday)
    embedded.drain(both, job_ids=job_ids)
    assert [counts(database_url, job_id).scored for job_id in job_ids] == [2, 1]
    with sessions.reading(database_url) as session:
        about = select(Brand.name, Comment.counted_at).join(Brand, Brand.id == Comment.brand_id)
        scored = select(Score.comment_id).where(Score.model_id == second_id)
        found = session.execute(about.where(Comment.id.in_(scored))).all()
    assert sorted((name, f"{at:%H:%M}") for name, at in found) == [
        ("Kite", "22:59"),
        ("Kite", "23:00"),
        ("Lumo", "22:59"),
    ]


def test_one_brand_or_one_batch_can_be_asked_for(database_url, model_id, both, rescore):
    first = say(database_url, model_id, ("Lumo", "good", MONDAY), ("Kite", "bad", MONDAY))
    [of_brand] = rescore(brand="Kite")
    [of_batch] = rescore(batch_ids=(first, 99))
    assert of_brand != of_batch
    embedded.drain(both)
    assert counts(database_url, of_brand) == (1, 1, 0, 0, 0, 0)
    assert counts(database_url, of_batch) == (2, 2, 0, 0, 0, 0)
    with sessions.reading(database_url) as session:
        assert [job.kind for job in batches.jobs(session, first)] == ["batch"], "a batch's own sum stays its own"


def test_an_unknown_brand_is_refused(rescore):
    with pytest.raises(errors.NotFound, match="no brand 'Nobody'"):
        rescore(brand="Nobody")


def test_a_batch_deleted_while_a_rescore_is_under_way_leaves_no_scores_behind(
    database_url, load, model_id, second_id, rescore
):
    gone = load("good", "bad")
    [job_id] = rescore()

    class Deleting(WordModel):
        def predict(self, texts, brands):
            with sessions.writing(database_url) as session:
                if session.get(Batch, gone):
                    deletion.delete_batch(session, gone)
            return super().predict(texts, brands)

    models = {model_id: WordModel(), second_id: Deleting()}
    embedded.drain(scoring.Scorer(database_url, RETRIES, models.__getitem__), job_ids=[job_id])
    assert counts(database_url, job_id) == (0, 0, 0, 0, 0, 0)
    with sessions.reading(database_url) as session:
        for said in (Score, Unscored):
            assert session.scalar(select(func.count()).select_from(said)) == 0


def test_a_batch_deleted_while_its_rescore_is_queued_is_named(database_url, load, rescore, monkeypatch):
    gone = load(*many(45))
    monkeypatch.setattr(rescoring, "MOST_CHUNKS", 1)

    def delete(_chunk_id):
        with sessions.writing(database_url) as session:
            deletion.delete_batch(session, gone)

    with pytest.raises(errors.NotFound, match=f"Batch {gone} was deleted"):
        rescore(delete, batch_ids=(gone,))


def test_a_batch_is_queued_from_code_in_chunks_of_its_own_comments(database_url, load, model_id, second_id, both):
    load(*many(12))
    own = say(database_url, model_id, *[("Kite", text, MONDAY) for text in many(12)])
    with sessions.writing(database_url) as session:
        assert len(queueing.queue_job(session, own, second_id, SIZE)) == 2
        with pytest.raises(errors.NotFound, match="no batch 99"):
            queueing.queue_job(session, 99, second_id, SIZE)
    embedded.drain(both)
    assert len(labels(database_url, second_id)) == 12
    with sessions.reading(database_url) as session:
        assert [jobs.count(session, job) for job in batches.jobs(session, own)] == [(12, 12, 0, 0, 0, 0)] * 2
