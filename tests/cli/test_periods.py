"""Periods as `--from` and `--to` give them."""

import pytest
from click.testing import CliRunner

from cli.main import brandpulse

EVERYTHING = ("--from", "0001-01-01", "--to", "9999-12-31")


@pytest.fixture
def loaded(commands, tmp_path):
    """Two comments about a brand whose day begins before that of UTC, scored by `fast@1`."""
    (tmp_path / "rows.csv").write_text("id,text,created_at\n1,I love it,2026-11-02\n2,I hate it,2026-11-03\n")
    commands("run", tmp_path / "rows.csv", "--brand", "Lumo", "--source", "x")
    commands("brands", "set", "Lumo", "--timezone", "Asia/Tokyo")


@pytest.mark.usefixtures("loaded")
def test_a_day_beyond_all_comments_leaves_its_side_open(commands, tmp_path):
    everything = commands.said("report")
    assert (everything["period"], everything["totals"]["scored"]) == ({"from": "2026-11-02", "to": "2026-11-03"}, 2)
    for bounds in (EVERYTHING, EVERYTHING[:2], EVERYTHING[2:]):
        assert commands.said("report", *bounds)["revision"] == everything["revision"]
        drawn = commands.said("rescore", "--model", "fast", *bounds)
        assert [job["comments"] for job in drawn["jobs"]] == [2]
    assert commands.said("report", "--from", "2026-11-03", "--to", "9999-12-31")["totals"]["scored"] == 1
    sample = commands.said("audit", "sample", "--brand", "Lumo", *EVERYTHING, "--out", tmp_path)
    assert sample["population"] == 2


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("bounds", [("--from", "9999-12-31"), ("--to", "0001-01-01"), ("--from", "3000-01-01")])
def test_a_period_without_comments_is_one_however_far_away_it_lies(commands, bounds):
    made = commands.said("report", *bounds)
    assert made["totals"]["comments"] == 0
    assert "nothing to report" in made["notes"][0]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("asked", [("report",), ("audit", "sample", "--brand", "Lumo"), ("rescore", "--model", "fast")])
@pytest.mark.usefixtures("loaded")
def test_a_period_that_ends_before_it_begins_is_wrong_usage(asked):
    wrong = CliRunner().invoke(brandpulse, [*asked, "--from", "2026-11-03", "--to", "2026-11-02"])
    assert (wrong.exit_code, "before it begins" in wrong.output) == (2, True)
