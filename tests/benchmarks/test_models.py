import os
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet
import pytest

from benchmarks import models, pages
from model_store import loading, shipped
from tests.processes import PATIENCE_SECONDS, ROOT

BEGIN = pages.begin(models.MODULE)
PAGE = f"# Models\n\nBefore.\n\n{BEGIN}\nthe former table\n{pages.END}\n\nAfter.\n"


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.md"
    path.write_text(PAGE, encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path):
    """Three of the sets, 80 rows each."""
    folder = tmp_path / "sets"
    folder.mkdir()
    texts = ["a wonderful film, superb", "an awful film, boring", "the film", "wonderful, great"] * 20
    sentiments = ["positive", "negative", "neutral", "positive"] * 20
    splits = ["validation"] * 40 + ["test"] * 40
    columns = {"text": texts, "sentiment": sentiments, "split": splits, "brand": ["Lumo", None] * 40}
    pyarrow.parquet.write_table(pa.table(columns), folder / "tweeteval_sentiment.parquet")
    for name in ("imdb", "amazon_alexa"):
        pyarrow.parquet.write_table(pa.table(columns), folder / f"{name}.parquet")
    return folder


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.models", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "2"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def test_the_table_of_a_page_is_written_anew_and_nothing_else_of_it(folder, page):
    done = run(folder, "--page", page)
    assert done.returncode == 0, done.stderr
    written = page.read_text(encoding="utf-8")
    before, rest = written.split(BEGIN)
    made, after = rest.split(pages.END)
    assert (before, after) == ("# Models\n\nBefore.\n\n", "\n\nAfter.\n")
    assert "the former table" not in made
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in made.splitlines() if line[:1] == "|"]
    assert {len(row) for row in rows} == {len(models.HEADER)}
    judged = {(row[0], row[1]): row for row in rows[2:]}
    for spec in (*shipped.SHIPPED, "vader"):
        assert judged["TweetEval sentiment, test", spec][2] == "20 / 10 / 10"
    assert judged["IMDB, test", "vader"][3].startswith("100.0 [")
    assert judged["IMDB, test", "vader"][7] == ""
    assert judged["TweetEval sentiment, test", "*TimeLMs (TweetEval's leaderboard)*"][6] == "*73.7*"
    assert "Not at hand: Sentiment140, test;" in made


def test_a_set_that_a_version_has_learnt_from_is_marked(folder):
    version = shipped.find("imdb@1")
    whole, part = models.Set("x", "imdb.parquet"), models.Set("x", "imdb.parquet", "test")
    loaded = {"imdb@1": loading.load(version)}
    for one, expected in ((whole, "imdb@1 †"), (part, "imdb@1")):
        assert [row[1] for row in models.measured(one, folder, loaded, [version])] == [expected]


def test_a_folder_without_any_set_is_refused(tmp_path, page):
    done = run(tmp_path, "--page", page)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "holds none of the sets" in done.stderr
    assert page.read_text(encoding="utf-8") == PAGE


def test_a_page_without_a_place_for_the_table_is_refused_before_anything_is_measured(tmp_path, folder):
    bare = tmp_path / "bare.md"
    bare.write_text("nothing here", encoding="utf-8")
    done = run(folder, "--page", bare)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "has no place for the table" in done.stderr
