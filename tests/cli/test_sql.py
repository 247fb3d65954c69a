"""What `brandpulse sql` writes, in each of its formats: the same of both databases."""

import csv
import io
import json
import os
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest
from pyarrow import parquet

SUMS = "SELECT sum(n) AS n, round(CAST(avg(n) AS numeric), 1) AS mean FROM (SELECT 1 AS n UNION ALL SELECT 4) AS x"


@pytest.fixture
def scored(commands, tmp_path):
    """Two comments with a column besides, scored by `fast@1`."""
    (tmp_path / "rows.csv").write_text("id,text,campaign\n1,I love this lamp,spring\n2,I hate this lamp,\n")
    commands("run", tmp_path / "rows.csv", "--brand", "Lumo", "--source", "x")


def test_sums_and_means_are_numbers_in_every_format(commands):
    commands("db", "upgrade")
    assert commands.said("sql", SUMS) == [{"n": 5, "mean": 2.5}]
    assert commands("sql", SUMS, "--format", "csv") == "n,mean\n5,2.5\n"


@pytest.mark.usefixtures("scored")
def test_further_columns_are_json_text_in_every_format(commands):
    asked = "SELECT extra FROM scored_comments ORDER BY comment_id LIMIT 1"
    text = '{"campaign": "spring"}'
    assert json.loads(commands.said("sql", asked)[0]["extra"]) == json.loads(text)
    [_, [cell]] = csv.reader(io.StringIO(commands("sql", asked, "--format", "csv")))
    assert json.loads(cell) == json.loads(text)
    assert '"campaign"' in commands("sql", asked)


def test_columns_of_one_name_each_keep_their_value(commands):
    commands("db", "upgrade")
    assert commands.said("sql", "SELECT 1 AS n, 2 AS n, 3 AS n_2") == [{"n": 1, "n_2": 2, "n_2_3": 3}]
    assert commands("sql", "SELECT 1 AS n, 2 AS n", "--format", "csv") == "n,n\n1,2\n"


def test_what_json_has_no_number_or_letters_for_is_text(commands, database_url):
    commands("db", "upgrade")
    is_sqlite = database_url.startswith("sqlite")
    asked = "SELECT x'00ff' AS b, 9e999 AS f" if is_sqlite else "SELECT '\\x00ff'::bytea AS b, 'inf'::float8 AS f"
    assert commands.said("sql", asked) == [{"b": "00ff", "f": "inf"}]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_an_array_is_a_list_to_machines_and_json_text_in_a_cell(commands):
    asked = "SELECT ARRAY[1.5, 2] AS a"
    assert commands.said("sql", asked) == [{"a": [1.5, 2]}]
    assert commands("sql", asked, "--format", "csv") == 'a\n"[1.5, 2]"\n'
    assert commands("sql", "SELECT ROW(1, 'x') AS a", "--format", "csv") == 'a\n"[""1"", ""x""]"\n'


def test_no_rows_are_an_empty_list(commands):
    commands("db", "upgrade")
    assert commands("sql", "SELECT 1 AS n WHERE 1 = 0", "--format", "json") == "[]\n"


def counted(value, last):
    """Ask for the numbers to 120,000, more than two pages, and a value for each; the last has one of its own."""
    return (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120000) "
        f"SELECT i, CASE WHEN i = 120000 THEN {last} ELSE {value} END AS v FROM n"
    )


@pytest.mark.parametrize(
    ("value", "last", "kind"),
    [
        ("i", "2.5", pa.float64()),
        ("NULL", "7", pa.int64()),
        ("NULL", "'seven'", pa.string()),
        ("NULL", "NULL", pa.string()),
        ("'a'", "NULL", pa.string()),
    ],
)
def test_the_last_row_decides_the_type_of_a_column_in_parquet(commands, tmp_path, value, last, kind):
    commands("db", "upgrade")
    out = tmp_path / "out.parquet"
    commands("sql", counted(value, last), "--format", "parquet", "--out", out)
    table = parquet.read_table(out)
    assert table["i"].to_pylist() == list(range(1, 120_001))
    assert table["v"].type == kind
    assert str(table["v"][-1].as_py()) == {"NULL": "None"}.get(last, last.strip("'"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL has one type for a column
@pytest.mark.parametrize(("value", "last"), [("i", "'seven'"), ("'seven'", "i"), ("i << 50", "2.5")])
def test_values_that_no_type_of_parquet_holds_are_told_by_their_column(commands, tmp_path, value, last):
    commands("db", "upgrade")
    said = commands.refused("sql", counted(value, last), "--format", "parquet", "--out", tmp_path / "out.parquet")
    assert "'v'" in said
    assert "CAST" in said
    assert not list(tmp_path.glob("out.*"))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_number_larger_than_parquet_holds_is_told_by_its_column(commands, tmp_path):
    asked = "SELECT 2::numeric ^ 80 AS v"
    said = commands.refused("sql", asked, "--format", "parquet", "--out", tmp_path / "out.parquet")
    assert "'v'" in said


def test_no_rows_make_a_parquet_file_with_columns_alone(commands, tmp_path):
    commands("db", "upgrade")
    asked = "SELECT 1 AS n, 2 AS n WHERE 1 = 0"
    commands("sql", asked, "--format", "parquet", "--out", tmp_path / "out.parquet")
    table = parquet.read_table(tmp_path / "out.parquet")
    assert (table.num_rows, table.column_names) == (0, ["n", "n_2"])


@pytest.mark.parametrize("file_format", ["table", "csv", "json", "parquet"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is written does not depend on it
def test_a_file_that_cannot_be_written_is_said_in_words(commands, tmp_path, file_format):
    commands("db", "upgrade")
    (tmp_path / "file").write_text("no folder")
    said = commands.refused("sql", "SELECT 1 AS n", "--format", file_format, "--out", tmp_path / "file" / "out")
    assert "cannot be written" in said
    assert "--out" in said


def test_a_query_that_fails_on_its_way_leaves_the_file_as_it_was(commands, tmp_path):
    commands("db", "upgrade")
    (tmp_path / "out.csv").write_text("before")
    commands.set(sql_timeout_seconds=0.3)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    said = commands.refused("sql", endless, "--format", "csv", "--out", tmp_path / "out.csv")
    assert "took longer" in said
    assert (tmp_path / "out.csv").read_text() == "before"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_all_may_read_a_report_and_who_may_read_an_answer_is_for_the_umask_to_say(commands, tmp_path):
    commands("db", "upgrade")
    before = os.umask(0o077)
    try:
        commands("sql", "SELECT 1 AS n", "--out", tmp_path / "sql.txt")
        commands("report", "--out", tmp_path / "report.html")
    finally:
        os.umask(before)
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("sql.txt", "report.html")] == [0o600, 0o644]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_pipe_or_link_is_written_to_and_stays_one(commands, tmp_path):
    commands("db", "upgrade")
    os.mkfifo(tmp_path / "pipe")
    with ThreadPoolExecutor(1) as reader:
        piped = reader.submit((tmp_path / "pipe").read_text)
        commands("sql", "SELECT 1 AS n", "--format", "csv", "--out", tmp_path / "pipe")
        assert piped.result(10) == "n\n1\n"
    assert (tmp_path / "pipe").is_fifo()
    (tmp_path / "link").symlink_to(tmp_path / "file")
    commands("sql", "SELECT 1 AS n", "--format", "csv", "--out", tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text() == "n\n1\n"
