"""What `brandpulse sql` writes, in each of its formats: the same of both databases."""

import csv
import io
import json

import pytest

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


def test_no_rows_are_an_empty_list(commands):
    commands("db", "upgrade")
    assert commands("sql", "SELECT 1 AS n WHERE 1 = 0", "--format", "json") == "[]\n"
