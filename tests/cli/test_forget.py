"""Forgetting by commands, and authors whose names never reached the database."""

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from cli.main import brandpulse

TEXTS = ["good lamp", "terrible lamp"]


@pytest.fixture
def run(commands, tmp_path):
    """Load and score 120 comments of ann and ben, half of either bad."""

    def run():
        lines = [f"{i},{('ann', 'ben')[i // 2 % 2]},{TEXTS[i % 2]} {i},2026-11-02\n" for i in range(120)]
        (tmp_path / "rows.csv").write_text("id,author,text,created_at\n" + "".join(lines))
        return commands.said("run", tmp_path / "rows.csv", "--brand", "Lumo", "--source", "x")

    return run


def test_an_author_is_forgotten_by_one_command_and_a_second_one_says_that_nothing_is_there(commands, run):
    made = run()
    daily = commands.said("sql", "SELECT * FROM daily_sentiment")
    done = commands.said("forget", "--author", "ann", "--yes")
    assert (done["comments"], done["rejects"]) == (60, 0)
    assert done["files"] == [made["report_path"]]
    assert done["reports"][0]["revision"] == 1
    assert "backups" in done["out_of_reach"]
    assert commands.said("sql", "SELECT * FROM daily_sentiment") == daily
    [left] = commands.said("sql", "SELECT count(*) AS comments, count(text) AS texts FROM scored_comments")
    assert left == {"comments": 120, "texts": 60}
    assert commands("forget", "--author", "ann") == "Nothing is there to be forgotten, or all of it is already.\n"
    assert commands("db", "recount") == "All counts are those of the comments.\n"


def test_it_asks_before_and_a_no_forgets_nothing(commands, run):
    run()
    asked = CliRunner().invoke(brandpulse, ["forget", "--author", "ann"], input="n\n")
    assert (asked.exit_code, "Forget 60 comments?" in asked.output) == (1, True)
    assert "60 comments are forgotten" in commands("forget", "--author", "ann", stdin="y\n")


def test_all_from_before_a_day_are_forgotten_and_that_day_is_kept(commands, run):
    run()
    assert commands.said("forget", "--before", "2026-11-02", "--yes")["comments"] == 0
    assert commands.said("forget", "--before", "2026-11-03", "--yes")["comments"] == 120


@pytest.mark.parametrize(
    "words",
    [[], ["--author", " "], ["--author", "a", "--before", "2026-11-02"], ["--before", "2026-11-02", "--source", "x"]],
)
def test_who_is_meant_has_to_be_said(words):
    assert CliRunner().invoke(brandpulse, ["forget", *words]).exit_code == 2


def test_a_hashed_author_is_forgotten_by_name_and_so_is_what_was_loaded_before_there_was_a_key(commands, run, tmp_path):
    run()
    commands.set(author_key="a key that only we know")
    (tmp_path / "more.csv").write_text("id,author,text\n900,ann,good lamp\n901,ben,bad lamp\n")
    commands("run", tmp_path / "more.csv", "--brand", "Lumo", "--source", "x")
    authors = commands.said("sql", "SELECT DISTINCT author FROM scored_comments ORDER BY author")
    assert sorted(one["author"][:2] for one in authors) == ["an", "be", "h:", "h:"]
    assert "a key that" not in CliRunner().invoke(brandpulse, ["doctor", "--json"]).output
    assert commands.said("forget", "--author", "ann", "--yes")["comments"] == 61


@pytest.mark.usefixtures("commands")
def test_the_days_that_are_kept_are_kept_by_the_nightly_command(commands, tmp_path):
    days = [f"{datetime.now(UTC).date() - timedelta(days=back)}" for back in (0, 2, 9, 400)]
    lines = [f"{i},ann,good lamp,{day}\n" for i, day in enumerate(days)]
    (tmp_path / "rows.csv").write_text("id,author,text,created_at\n" + "".join(lines))
    commands("ingest", tmp_path / "rows.csv", "--brand", "Lumo")
    commands.set(retention_days=7, nightly_at="00:00:00")
    assert "were not forgotten last night" in CliRunner().invoke(brandpulse, ["doctor", "--json"]).output
    assert commands.said("nightly")["forgotten"] == 0, "what was loaded today is kept for a day"
    assert "kept for 7 days" in str(commands.said("doctor"))
