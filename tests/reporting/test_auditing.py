from datetime import UTC, date, datetime

import numpy as np
import pytest
from sqlalchemy import func, select, text

from database import sessions
from database.tables import AuditLabel, AuditSample, Batch, Comment, Model
from ingest import loading
from ingest.options import Options
from reporting import auditing, selection
from reporting.auditing import Given
from reporting.scope import Scope
from settings import errors
from tests.reporting.conftest import NOW
from worker import corrections, deletion

MONDAY, TUESDAY = "2026-11-02T12:00:00Z", "2026-11-03T12:00:00Z"
LATER = datetime(2030, 1, 1, tzinfo=UTC)  # after all that these tests load


@pytest.fixture
def draw(database_url, model_id):
    """Draw a sample of Lumo, and give its number and its comments."""

    def draw(size, seed=1, now=LATER, **scope):
        with sessions.writing(database_url) as session:
            [part] = selection.by_brand(session, Scope("Lumo", **scope), "UTC")
            made = auditing.draw(session, part, session.get_one(Model, model_id), size=size, now=now, seed=seed)
            rows = session.scalars(select(AuditLabel.comment_id).where(AuditLabel.sample_id == made.id))
            return made.id, set(rows)

    return draw


@pytest.fixture
def label(database_url):
    """Label the comments of a sample by what their texts say; `good` and `bad` may lie."""

    def label(sample, truth):
        with sessions.writing(database_url) as session:
            held = select(Comment).join(AuditLabel, AuditLabel.comment_id == Comment.id)
            texts = {one.id: one.text for one in session.scalars(held.where(AuditLabel.sample_id == sample))}
            given = [Given(sample, number, truth(text), "ana", NOW) for number, text in texts.items()]
            return auditing.give(session, given)

    return label


@pytest.fixture
def lamps(say, score):
    """Load and score comments that the model holds for positive, negative and neutral; a tenth of each is a lie."""

    def lamps(count, when=MONDAY, source="x"):
        words = {0: "good", 1: "bad", 2: "so so"}
        say(
            *[("Lumo", f"{words[i % 3]} {i}{' lie' if i % 10 == 0 else ''} {when}", when) for i in range(count)],
            source=source,
        )
        score()

    return lamps


def truth(text):
    said = "positive" if "good" in text else "negative" if "bad" in text else "neutral"
    return {"positive": "negative", "negative": "neutral", "neutral": "positive"}[said] if "lie" in text else said


def only(report):
    [brand] = report["brands"]
    return brand


def test_a_sample_is_drawn_once_and_the_next_one_draws_others(lamps, draw):
    lamps(90)
    _, first = draw(40)
    _, second = draw(40, seed=2)
    assert (len(first), len(second)) == (40, 40)
    assert not first & second
    _, rest = draw(40)
    assert len(rest) == 10
    with pytest.raises(errors.WrongInput, match="no scored comment about Lumo"):
        draw(40)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # builds of SQLite differ in what they take
def test_a_sample_is_larger_than_what_one_question_to_the_database_takes(lamps, draw, engine):
    lamps(1)
    columns = "batch_id, brand_id, source, text, loaded_at, counted_at"
    with engine.begin() as connection:
        connection.execute(
            text(
                f"INSERT INTO comments (id, natural_key, {columns}) "
                f"SELECT n, gen_random_uuid(), {columns} FROM comments, generate_series(2, 66000) AS n"
            )
        )
        connection.execute(
            text(
                "INSERT INTO scores (model_id, comment_id, p_negative, p_positive, label) "
                "SELECT model_id, n, p_negative, p_positive, label FROM scores, generate_series(2, 66000) AS n"
            )
        )
        connection.execute(text("ANALYZE"))
    _, drawn = draw(66_000)
    assert len(drawn) == 66_000


def test_no_sample_is_drawn_while_comments_wait_for_their_score(lamps, draw, say, score):
    lamps(90)
    say(*[("Lumo", f"good {i}", TUESDAY) for i in range(20)], ("Kite", "good", MONDAY), source="reddit")
    with pytest.raises(errors.WrongInput, match="20 of the comments about Lumo have no score by words@1 yet"):
        draw(40)
    _, drawn = draw(40, last_day=date(2026, 11, 2))
    assert len(drawn) == 40, "none of these days wait"
    score()
    _, drawn = draw(40, seed=2)
    assert len(drawn) == 40


def test_the_same_seed_draws_the_same_comments():
    pages = [range(7_000), range(7_000, 9_000)]
    one, count = auditing.at_random(pages, 50, seed=3)
    again, _ = auditing.at_random([range(9_000)], 50, seed=3)
    other, _ = auditing.at_random(pages, 50, seed=4)
    assert count == 9_000
    assert set(one) == set(again) != set(other)


def test_every_comment_is_as_likely_to_be_drawn():
    drawn = np.concatenate([auditing.at_random([range(50), range(50, 100)], 10, seed)[0] for seed in range(1_000)])
    counts = np.bincount(drawn, minlength=100)
    assert np.square(counts - 100).sum() / 90 < 150  # chi-square of 99 degrees; above it is one in two thousand


def test_a_labelled_sample_makes_the_estimate_and_names_the_accuracy_found(lamps, draw, label, report):
    lamps(600)
    sample, _ = draw(200)
    assert label(sample, truth) == (200, 0, 0)
    brand = only(report())
    estimate = brand["estimate"]
    assert estimate["method"] == "post-stratified audit sample"
    assert estimate["calibration"]["labels"] == 200
    assert estimate["calibration"]["samples"] == [sample]
    assert estimate["low"] < 1 / 3 < estimate["high"]
    assert estimate["positive_share"] == estimate["shares"]["positive"]["share"]
    assert brand["model_accuracy"]["low"] < 0.9 < brand["model_accuracy"]["high"]
    assert brand["estimate_reason"] is None


def test_labels_of_other_days_say_how_often_the_model_errs(lamps, draw, label, report):
    lamps(300)
    lamps(300, when=TUESDAY, source="reddit")
    sample, _ = draw(200, first_day=date(2026, 11, 2), last_day=date(2026, 11, 2))
    label(sample, truth)
    monday = only(report(first_day=date(2026, 11, 2), last_day=date(2026, 11, 2)))["estimate"]
    tuesday = only(report(first_day=date(2026, 11, 3), last_day=date(2026, 11, 3)))["estimate"]
    assert monday["method"] == "post-stratified audit sample"
    assert tuesday["method"] == "adjusted count"
    assert tuesday["calibration"]["name"] == "audited comments about Lumo"
    assert tuesday["low"] < 1 / 3 < tuesday["high"]


def test_a_sample_is_not_of_a_scope_that_has_grown_since(lamps, draw, label, report, database_url):
    lamps(300)
    sample, _ = draw(200)
    label(sample, truth)
    with sessions.writing(database_url) as session:
        session.get_one(AuditSample, sample).created_at = datetime(2026, 11, 1, tzinfo=UTC)
    assert only(report())["estimate"]["method"] == "adjusted count"


@pytest.fixture
def mend(database_url, model_id, score):
    """Replace the texts of so many comments of `lamps` by good ones, and have them scored."""

    def mend(count):
        rows = [{"id": f"x{i}", "text": f"mended, good {i}", "posted_at": MONDAY} for i in range(count)]
        loading.load_comments(
            rows,
            database_url=database_url,
            options=Options(brand="Lumo", source="x"),
            queue=loading.Queue(model_id, 10),
            replace=True,
        )
        score()

    return mend


def test_labels_of_texts_that_were_replaced_are_not_held_against_the_new_ones(lamps, draw, label, report, mend):
    lamps(600)
    sample, drawn = draw(300, now=datetime.now(UTC))
    label(sample, lambda text: "positive" if "good" in text else "negative" if "bad" in text else "neutral")
    assert only(report())["model_accuracy"]["labels"] == 300
    mend(20)
    found = only(report())
    kept = 300 - sum(number <= 20 for number in drawn)
    assert kept < 300
    assert (found["model_accuracy"]["labels"], found["model_accuracy"]["share"]) == (kept, 1)
    assert found["estimate"]["calibration"]["labels"] == kept


def test_such_labels_do_not_come_back_when_the_batch_that_replaced_the_texts_is_deleted(
    lamps, draw, label, report, mend, database_url
):
    lamps(600)
    sample, _ = draw(300, now=datetime.now(UTC))
    label(sample, lambda text: "positive" if "good" in text else "negative" if "bad" in text else "neutral")
    mend(20)
    found = only(report())["model_accuracy"]
    later, _ = draw(20, now=datetime.now(UTC))
    label(later, lambda text: "positive" if "good" in text else "negative" if "bad" in text else "neutral")
    with sessions.writing(database_url) as session:
        deletion.delete_batch(session, session.scalar(select(func.max(Batch.id))))
    kept = only(report())["model_accuracy"]
    assert (kept["labels"], kept["share"]) == (found["labels"] + 20, 1)


def test_labels_that_come_in_after_the_text_was_replaced_are_of_the_old_one(lamps, draw, label, report, mend):
    lamps(600)
    sample, drawn = draw(300, now=datetime.now(UTC))
    mend(20)
    label(sample, truth)
    assert only(report())["model_accuracy"]["labels"] == 300 - sum(number <= 20 for number in drawn)


def test_a_sample_is_not_of_a_scope_whose_texts_were_replaced_since(lamps, draw, label, report, mend):
    lamps(600)
    sample, _ = draw(300, now=datetime.now(UTC))
    label(sample, truth)
    mend(40)
    assert only(report())["estimate"]["method"] == "adjusted count"


def test_a_sample_that_is_drawn_after_texts_were_replaced_is_of_the_new_ones(lamps, draw, label, report, mend):
    lamps(600)
    mend(40)
    sample, _ = draw(300)
    label(sample, truth)
    found = only(report())
    assert found["model_accuracy"]["labels"] == 300
    assert found["estimate"]["method"] == "post-stratified audit sample"


def test_without_labels_there_is_a_reason_in_place_of_an_estimate(lamps, report):
    lamps(300)
    brand = only(report())
    assert brand["estimate"] is None
    assert "how often it errs on comments about Lumo is not known" in brand["estimate_reason"]
    assert brand["model_accuracy"] is None


def test_labels_that_the_model_does_not_tell_apart_make_no_estimate(lamps, draw, label, report):
    lamps(300)
    lamps(300, when=TUESDAY, source="reddit")
    sample, _ = draw(200, first_day=date(2026, 11, 2), last_day=date(2026, 11, 2))
    generator = np.random.default_rng(1)
    label(sample, lambda _text: str(generator.choice(["positive", "negative", "neutral"])))
    tuesday = only(report(first_day=date(2026, 11, 3), last_day=date(2026, 11, 3)))
    assert tuesday["estimate"] is None
    assert "hardly tells" in tuesday["estimate_reason"]


def test_corrections_change_the_counted_share_and_never_the_estimate(lamps, draw, label, report, database_url):
    lamps(600)
    sample, drawn = draw(200)
    label(sample, truth)
    before = only(report())
    with sessions.writing(database_url) as session:
        positive = session.scalars(select(Comment.id).where(Comment.text.like("good%"), Comment.id.not_in(drawn))).all()
    for number in positive[:50]:
        with sessions.writing(database_url) as session:
            corrections.correct(session, number, "negative", "ana")
    after = only(report())
    assert after["positive"] == before["positive"] - 50
    assert after["estimate"] == before["estimate"]


def test_a_label_given_again_takes_the_place_of_the_one_before(lamps, draw, label):
    lamps(60)
    sample, _ = draw(20)
    assert label(sample, lambda _text: "neutral") == (20, 0, 0)
    assert label(sample, lambda _text: "neutral") == (0, 0, 20)
    assert label(sample, lambda _text: "positive") == (0, 20, 0)


def test_a_comment_that_is_not_of_the_sample_is_refused(lamps, draw, database_url):
    lamps(60)
    sample, drawn = draw(20)
    with sessions.writing(database_url) as session, pytest.raises(errors.NotFound, match="holds no comment"):
        auditing.give(session, [Given(sample, max(drawn) + 1_000, "positive", "ana", NOW)])
