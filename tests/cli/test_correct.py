import pytest
from click.testing import CliRunner
from sqlalchemy import delete, update

from cli.main import brandpulse
from database import sessions
from database.tables import Comment, Tally

ROWS = "id,text,created_at\n1,good lamp,2026-11-02\n2,terrible lamp,2026-11-02\n"
DAILY = "SELECT positive, negative, comments FROM daily_sentiment"


@pytest.fixture
def loaded(commands, tmp_path):
    """Two comments, scored by `fast@1`."""
    (tmp_path / "rows.csv").write_text(ROWS)
    commands("run", tmp_path / "rows.csv", "--brand", "Lumo", "--source", "x")


def comment_id(commands, text):
    [row] = commands.said("sql", f"SELECT comment_id FROM scored_comments WHERE text = '{text}'")
    return row["comment_id"]


@pytest.mark.usefixtures("loaded")
def test_a_correction_counts_in_views_and_reports_at_once(commands):
    number = comment_id(commands, "good lamp")
    assert commands.said("sql", DAILY) == [{"positive": 1, "negative": 1, "comments": 2}]
    done = commands.said("correct", number, "negative", "--by", "ana", "--note", "irony")
    assert done == {
        "comment": number,
        "label": "negative",
        "by": "ana",
        "note": "irony",
        "before": {"fast@1": "positive"},
    }
    assert commands.said("sql", DAILY) == [{"positive": 0, "negative": 2, "comments": 2}]
    [lumo] = commands.said("report")["brands"]
    assert (lumo["positive"], lumo["negative"]) == (0, 2)
    said = commands("correct", number, "neutral", "--by", "ben")
    assert said == f"Comment {number} counts as neutral under fast@1 (was negative).\n"


def test_a_comment_without_a_score_is_corrected_in_advance(commands, tmp_path):
    (tmp_path / "rows.csv").write_text(ROWS)
    commands("ingest", tmp_path / "rows.csv")
    assert commands("correct", 1, "neutral", "--by", "ana").startswith(
        "Comment 1 counts as neutral once it has a score"
    )
    commands("worker", "--drain")
    assert [row["label"] for row in commands.said("sql", "SELECT label FROM scored_comments WHERE corrected")] == [
        "neutral"
    ]


@pytest.mark.usefixtures("loaded")
def test_what_cannot_be_corrected_is_refused_in_one_sentence(commands, database_url):
    assert "There is no comment 99" in commands.refused("correct", 99, "neutral", "--by", "ana")
    wrong = CliRunner().invoke(brandpulse, ["correct", "1", "angry", "--by", "ana"])
    assert (wrong.exit_code, "'negative', 'neutral', 'positive'" in wrong.output) == (2, True)
    with sessions.writing(database_url) as session:
        session.execute(update(Comment).values(forgotten_at=Comment.loaded_at))
    assert "was forgotten" in commands.refused("correct", 1, "neutral", "--by", "ana")


@pytest.mark.usefixtures("loaded")
def test_counts_that_are_not_those_of_the_comments_are_found_and_put_right(commands, database_url):
    assert commands("db", "recount") == "All counts are those of the comments.\n"
    with sessions.writing(database_url) as session:
        session.execute(delete(Tally).where(Tally.model_id.is_(None)))
    doctor = CliRunner().invoke(brandpulse, ["doctor"], terminal_width=200)
    assert doctor.exit_code == 1
    assert "recount" in doctor.output
    assert commands.said("db", "recount")["more"]["comments"] == 2
    assert commands.said("sql", DAILY) == [{"positive": 1, "negative": 1, "comments": 2}]
    assert commands.said("db", "recount")["rows"] == 0
