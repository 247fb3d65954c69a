"""What is forgotten is gone from everywhere that the database keeps it, and every count stays what it was."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, make_url, select, text, update

from database import recounting, sessions, wiping
from database.engine import engine as engine_of
from database.tables import Brand, Chunk, Comment, Correction, Forgetting, Model, Reject, Report, Score, Unscored
from ingest import loading
from ingest.options import Options
from reporting import auditing, document, quotes, revisions, selection
from reporting.scope import Scope
from settings import errors
from tests import tallying, wholeness
from worker import batches, corrections, embedded, forgetting, rescoring

NOW = datetime(2026, 11, 16, 5, 0, tzinfo=UTC)
SECRET = "the sealed letter of ann"
TEXTS = ("good", "bad", "???", "poison", "so so")


def rows(*numbers, author=None, said=None):
    """Comments of ann and ben in turn, 15 of each label, skipped and failed."""
    return [
        {
            "id": f"id-{i}",
            "author": author or ("ann", "ben")[i % 2],
            "text": said or (f"{TEXTS[i % 5]} {SECRET if i % 2 == 0 else 'lamp'}" if i % 5 != 2 else "???"),
            "posted_at": f"2026-11-{1 + i % 10:02}T12:00:00Z",
            "parent_id": f"thread-{i % 3}",
            "lang": "en",
            "url": f"https://example.com/ann/{i}",
            "likes": i,
            "place": f"street of {i}",
        }
        for i in numbers
    ]


@pytest.fixture
def ingest(database_url, model_id):
    def ingest(said, source="x", **how):
        queue, options = loading.Queue(model_id, 10), Options(brand="Aurora", source=source)
        return loading.load_comments(said, database_url=database_url, options=options, queue=queue, **how)

    return ingest


@pytest.fixture
def forget(database_url):
    def forget(author="ann", source=None, key=None):
        which = forgetting.of_author(author, source, key)
        return forgetting.forget(database_url, which, forgetting.find(database_url, which))

    return forget


@pytest.fixture
def forget_before(database_url):
    def forget_before(day):
        with sessions.reading(database_url) as session:
            which = forgetting.before(session, day, "UTC")
        return forgetting.forget(database_url, which, forgetting.find(database_url, which))

    return forget_before


@pytest.fixture
def report(database_url, model_id):
    def report(**scope):
        with sessions.writing(database_url) as session:
            model, of = session.get_one(Model, model_id), Scope(brand="Aurora", **scope)
            made = document.build_report(session, model=model, scope=of, default_timezone="UTC", now=NOW)
            revisions.save(session, made, of, model)
            return made

    return report


def everything(url):
    """Give all that the tables hold, as one text."""
    with sessions.reading(url) as session:
        tables = ("comments", "rejects", "unscored", "scores", "corrections", "reports", "forgettings", "chunks")
        return "\n".join(str(row) for table in tables for row in session.execute(text(f"SELECT * FROM {table}")))


def counts(url):
    """Count by hand what both views and every job say."""
    with sessions.reading(url) as session:
        labels = session.execute(text("SELECT day, label, count(*) FROM scored_comments GROUP BY day, label"))
        days = session.execute(text("SELECT * FROM daily_sentiment ORDER BY day")).all()
        return Counter(labels.tuples().all()), days, tallying.sums(url)


def unscored(url, *where):
    with sessions.reading(url) as session:
        found = session.execute(select(Unscored.state, Unscored.code).where(*where)).tuples()
        return Counter(found.all())


def check_counts(url):
    wholeness.check_both_sums(url)
    with sessions.writing(url) as session:
        assert recounting.recount(session).rows == 0


def test_of_a_forgotten_author_nothing_is_left_but_every_count_stays(database_url, ingest, scorer, forget, report):
    ingest(rows(*range(300)))
    embedded.drain(scorer)
    before, made = counts(database_url), report()
    done = forget()
    assert (done.comments, done.rejects, done.finished) == (150, 0, True)
    assert counts(database_url) == before
    check_counts(database_url)
    again = report()
    assert again["totals"] == made["totals"]
    assert again["brands"][0]["days"] == made["brands"][0]["days"]
    left = everything(database_url)
    for gone in (SECRET, "'ann'", "/ann/0'", "'id-0'", "street of 0'"):
        assert gone not in left
    assert "'ben'" in left
    with sessions.reading(database_url) as session:
        tombstones = session.scalars(select(Comment).where(Comment.forgotten_at.is_not(None))).all()
        assert all(row.natural_key and row.likes is not None and row.posted_at for row in tombstones)
        assert {getattr(row, name) for row in tombstones for name in wiping.WIPED} == {"", None}
        texts = session.execute(text("SELECT author, text FROM scored_comments")).all()
        assert {row.text is None for row in texts if row.author is None} == {True}


def test_a_second_run_finds_nothing(ingest, forget):
    ingest(rows(*range(10)))
    assert forget().comments == 5
    assert forget() == (0, 0, [], True)


def test_only_the_author_by_that_very_name_and_source_is_forgotten(database_url, ingest, forget):
    ingest(rows(0, 2, author="ann"))
    ingest(rows(4, author="Ann") + rows(6, author="annabel"))
    ingest(rows(8, 10, 12, author="ann"), source="reddit")
    assert forget(source="Reddit").comments == 3
    assert forget(" ann ").comments == 2
    with sessions.reading(database_url) as session:
        kept = select(Comment.author).where(Comment.author.is_not(None)).order_by(Comment.id)
        assert session.scalars(kept).all() == ["Ann", "annabel"]


def test_loading_the_file_again_and_an_update_bring_nothing_back(database_url, ingest, scorer, forget):
    ingest(rows(*range(20)))
    embedded.drain(scorer)
    forget()
    again = ingest(rows(*range(20))).counts
    assert (again.loaded, again.duplicates, again.changed) == (0, 20, 0)
    updated = ingest(rows(*range(20), said=f"good {SECRET}"), replace=True).counts
    assert (updated.loaded, updated.duplicates) == (0, 20)
    embedded.drain(scorer)
    wholeness.check_tallies(database_url)
    with sessions.reading(database_url) as session:
        of_ben = session.scalars(select(Comment.text).where(Comment.author == "ben")).all()
        assert session.scalar(select(func.count()).where(Comment.text.contains(SECRET))) == len(of_ben)


def test_pending_comments_are_skipped_and_no_model_is_asked_for_them(database_url, ingest, scorer, model, forget):
    ingest(rows(*range(20)))
    forget()
    check_counts(database_url)
    embedded.drain(scorer)
    check_counts(database_url)
    assert sum(model.calls[:1]) == 5, "half of the first chunk is left"
    assert unscored(database_url)["skipped", "forgotten"] == 10
    with sessions.reading(database_url) as session:
        assert session.scalar(select(func.count()).select_from(Score)) == 6


def test_a_chunk_of_which_nothing_is_left_is_done(database_url, ingest, scorer, model, forget):
    ingest(rows(*range(0, 20, 2)))
    forget()
    embedded.drain(scorer)
    assert (model.calls, unscored(database_url)) == ([], {("skipped", "forgotten"): 10})
    check_counts(database_url)


def test_another_version_skips_what_was_forgotten(database_url, ingest, both, forget, second_id):
    ingest(rows(*range(20)))
    embedded.drain(both)
    forget()
    with sessions.reading(database_url) as session:
        wanted = rescoring.parts(session, Scope(), session.get_one(Model, second_id), "UTC")
    rescoring.queue(database_url, wanted, 10, lambda _chunk_id: None)
    embedded.drain(both)
    assert unscored(database_url, Unscored.model_id == second_id)["skipped", "forgotten"] == 10
    check_counts(database_url)


def test_what_failed_no_longer_says_why_and_a_retry_skips_it(database_url, ingest, scorer, forget):
    batch_id = ingest(rows(8, 18, 28)).batch_id
    with sessions.writing(database_url) as session:
        session.execute(update(Chunk).values(state="done"))
        [model_id], ids = session.scalars(select(Model.id)), session.scalars(select(Comment.id)).all()
        said = {"state": "failed", "code": "predict_failed", "reason": SECRET}
        session.add_all(Unscored(model_id=model_id, comment_id=comment_id, **said) for comment_id in ids)
        session.flush()
        recounting.recount(session)
    forget()
    assert SECRET not in everything(database_url)
    check_counts(database_url)
    with sessions.writing(database_url) as session:
        batches.retry(session, batch_id)
    embedded.drain(scorer)
    assert unscored(database_url) == {("skipped", "forgotten"): 3}
    check_counts(database_url)


def test_a_correction_keeps_its_label_and_loses_its_note(database_url, ingest, scorer, forget):
    ingest(rows(0, 1))
    embedded.drain(scorer)
    for comment_id in (1, 2):
        with sessions.writing(database_url) as session:
            corrections.correct(session, comment_id, "negative", "eve", note="she says so")
    forget()
    columns = select(Correction.label, Correction.corrected_by, Correction.note)
    with sessions.reading(database_url) as session:
        notes = session.execute(columns.order_by(Correction.id)).all()
    assert notes == [(-1, "eve", None), (-1, "eve", "she says so")]
    check_counts(database_url)


def test_rejects_that_name_the_author_lose_their_row_and_others_keep_it(database_url, ingest, forget):
    named = [
        *({"id": i, "text": "", "author": author} for i, author in enumerate(("ann", "annabel", "ben"))),
        {"id": 4, "text": "", "author": 'q"t', "place": "a % b_"},
    ]
    ingest(named)
    assert [forget(author).rejects for author in ("ann", 'q"t', "%", "x")] == [1, 1, 1 - 1, 0]
    with sessions.reading(database_url) as session:
        found = session.scalars(select(Reject).order_by(Reject.record)).all()
    assert [row.content is None for row in found] == [True, False, False, True]
    assert {row.code for row in found} == {"empty_text"}
    wholeness.check_both_sums(database_url)


def test_saved_reports_quote_no_longer_and_keep_revision_and_checksum(database_url, ingest, scorer, forget, report):
    ingest(rows(*range(0, 600, 6), said=f"bad firmware broke {SECRET}") + rows(*range(1, 200, 2)))
    embedded.drain(scorer)
    made = report()
    assert SECRET in str(made)
    [about] = forget().reports
    assert about == {name: made[name] for name in ("scope", "period", "revision")}
    with sessions.reading(database_url) as session:
        [kept] = session.scalars(select(Report))
    assert SECRET not in str(kept.content)
    assert quotes.FORGOTTEN in str(kept.content)
    assert (kept.revision, kept.content["totals"]) == (1, made["totals"])
    again = report()
    assert quotes.FORGOTTEN not in str(again), "what is forgotten is no example any more"
    assert (again["revision"], again["totals"]) == (2, made["totals"])


def test_a_report_that_was_read_before_and_saved_after_quotes_nothing(database_url, ingest, scorer, forget, model_id):
    ingest(rows(*range(0, 600, 6), said=f"bad firmware broke {SECRET}"))
    embedded.drain(scorer)
    of = Scope(brand="Aurora")
    with sessions.reading(database_url) as session:
        model = session.get_one(Model, model_id)
        made = document.build_report(session, model=model, scope=of, default_timezone="UTC", now=NOW)
    forget()
    with sessions.writing(database_url) as session:
        revisions.save(session, made, of, model)
    assert SECRET not in str(made)
    assert SECRET not in everything(database_url)


def test_audit_samples_draw_nothing_that_was_forgotten(database_url, ingest, scorer, forget, model_id):
    ingest(rows(*range(20)))
    embedded.drain(scorer)
    forget()
    with sessions.writing(database_url) as session:
        model = session.get_one(Model, model_id)
        [part] = selection.by_brand(session, Scope(brand="Aurora"), "UTC")
        assert auditing.draw(session, part, model, size=50, now=NOW).population == 6
        with pytest.raises(errors.WrongInput, match="not forgotten"):
            auditing.draw(session, part, model, size=50, now=NOW)


def test_days_before_a_day_of_the_brands_own_zone_are_forgotten(database_url, model_id, ingest, forget_before):
    moments = ("2026-11-02T23:30:00Z", "2026-11-02T11:30:00Z", "2026-11-02T10:30:00Z")
    said = [{"id": i, "text": "good", "author": "ann", "posted_at": moment} for i, moment in enumerate(moments)]
    ingest([*said, {"id": 9, "text": "", "author": "ann"}])
    with sessions.writing(database_url) as session:
        session.execute(update(Brand).values(timezone="Pacific/Auckland"))  # 13 hours before UTC
    done = forget_before(date(2026, 11, 3))
    assert (done.comments, done.rejects) == (1, 0)
    with sessions.reading(database_url) as session:
        assert session.scalars(select(Comment.text).order_by(Comment.id)).all() == ["good", "good", ""]
        assert session.scalars(select(Forgetting.before)).all() == [date(2026, 11, 3)]
    done = forget_before(date(2027, 11, 3))
    assert (done.comments, done.rejects) == (2, 1), "a reject is as old as its batch"
    check_counts(database_url)


def test_what_was_interrupted_goes_on_where_it_ended(database_url, ingest, scorer, monkeypatch):
    monkeypatch.setattr(wiping, "WINDOW_IDS", 10)
    ingest(rows(*range(60)))
    embedded.drain(scorer)
    which = forgetting.of_author("ann", None, None)
    steps = iter([True, True, False])
    found = forgetting.find(database_url, which)
    assert [window.comments for window in found] == [5] * 6
    done = forgetting.forget(database_url, which, found, goes_on=lambda: next(steps))
    assert (done.comments, done.finished) == (10, False)
    check_counts(database_url)
    rest = forgetting.forget(database_url, which, forgetting.find(database_url, which))
    assert (rest.comments, rest.finished) == (20, True)
    check_counts(database_url)
    with sessions.reading(database_url) as session:
        log = session.execute(select(Forgetting.comments, Forgetting.finished_at.is_(None))).tuples().all()
    assert log == [(10, True), (20, False)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_byte_of_a_forgotten_text_is_left_in_the_files_of_sqlite(database_url, ingest, scorer, forget):
    ingest(rows(*range(0, 400, 2), said=SECRET + " long enough to need pages of its own" * 40))
    embedded.drain(scorer)
    forget()
    engine_of(database_url).dispose()
    file = make_url(database_url).database
    for suffix in ("", "-wal"):
        assert not Path(file + suffix).exists() or SECRET.encode() not in Path(file + suffix).read_bytes()
