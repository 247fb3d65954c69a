from datetime import timedelta

from sqlalchemy import select

from database import sessions
from database.tables import Report
from tests.reporting.conftest import NOW

MONDAY = "2026-11-02T12:00:00Z"


def test_the_same_answer_again_is_the_same_revision(database_url, say, score, report):
    say(("Lumo", "good", MONDAY))
    score()
    assert [report(now=NOW + timedelta(hours=i))["revision"] for i in range(3)] == [1, 1, 1]
    with sessions.reading(database_url) as session:
        assert len(session.scalars(select(Report)).all()) == 1


def test_late_comments_make_a_new_revision_and_the_old_one_stays(database_url, say, score, report):
    say(("Lumo", "good", MONDAY))
    score()
    first = report(brand="Lumo")
    say(("Lumo", "bad", MONDAY), source="reddit")
    score()
    assert report(brand="Lumo", now=NOW + timedelta(days=1))["revision"] == 2
    with sessions.reading(database_url) as session:
        kept = session.scalars(select(Report).order_by(Report.revision)).all()
        assert [row.revision for row in kept] == [1, 2]
        assert kept[0].content == first
        assert kept[1].content["brands"][0]["comments"] == 2


def test_another_question_has_revisions_of_its_own(say, score, report):
    say(("Lumo", "good", MONDAY))
    score()
    assert report()["revision"] == 1
    assert report(source="x")["revision"] == 1


def test_a_revision_says_how_it_was_made(say, score, report):
    say(("Lumo", "good", MONDAY))
    score()
    made = report()
    assert (made["model"], made["read_at"], made["revision"]) == ("words@1", "2026-11-16T05:00:00+00:00", 1)
    assert "thresholds" in made


def test_a_revision_says_in_one_sentence_what_changed_since_the_one_before(database_url, say, score, report):
    say(("Lumo", "good", MONDAY))
    score()
    assert report()["revision_note"] is None
    say(("Lumo", "bad", MONDAY), ("Lumo", "???", MONDAY), source="reddit")
    score()
    said = (
        "2 comments more were loaded; 1 comment more was scored; positive share 100.0 % to 50.0 %; "
        "negative share 0.0 % to 50.0 %."
    )
    assert report(now=NOW + timedelta(days=1))["revision_note"] == said
    again = report(now=NOW + timedelta(days=2))
    assert (again["revision"], again["revision_note"]) == (2, said), "it is the same revision"
    with sessions.reading(database_url) as session:
        assert session.scalars(select(Report.note).order_by(Report.revision)).all() == [None, said]
