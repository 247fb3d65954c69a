"""What people wrote is shown as text: a terminal, a table program and rich take none of it for a command."""

import csv
import json

import pytest

ODD = [
    "\x1b]0;owned\x07\x1b[2Jgone",
    "[/bold] [link=http://x.y]z[/link]",
    "\x9b31mred",
    "=1+1",
    "\n@x",
    "\uff1d1+1",
    "-2",
]


@pytest.fixture
def odd(tmp_path):
    file = tmp_path / "odd.ndjson"
    rows = [{"id": i, "text": f"{text} lamp", "author": text, "brand": "Lumo"} for i, text in enumerate(ODD)]
    rows += [{"id": 99, "text": "", "author": "\x1b[31m"}]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return file


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@on_sqlite
def test_a_terminal_is_given_no_command_of_a_comment(commands, odd):
    shown = [commands("ingest", odd, "--dry-run")]
    commands("ingest", odd)
    shown += [commands("sql", "SELECT text, author FROM comments"), commands("batches", "rejects", "1")]
    shown += [commands("score", "--model", "fast", "--", *ODD)]
    for said in shown:
        assert not {code for code in map(ord, said) if (code < 32 and code != 10) or 127 <= code < 160}
    assert "\u241b" in shown[1]
    assert "[/bold]" in shown[0]


@on_sqlite
def test_a_table_program_is_given_no_formula_by_sql(commands, odd):
    commands("ingest", odd)
    found = commands("sql", 'SELECT author AS "=a" FROM comments', "--format", "csv")
    [head], *rows = csv.reader(found.splitlines(keepends=True))
    assert head == "'=a"
    assert [row[0] for row in rows if row[0][:1] == "'"] == ["'=1+1", "'@x", "'\uff1d1+1", "'-2"]
    assert commands("sql", "SELECT -2 AS n", "--format", "csv") == "n\n-2\n", "a number is none"


@on_sqlite
def test_recipients_are_read_from_standard_input_where_arguments_would_show_their_tokens(commands, odd):
    commands("ingest", odd)
    given = "ana@example.com\n\njson://u:s3cret@hook.example/path\n"
    said = commands("brands", "set", "Lumo", "--recipient", "-", stdin=given)
    assert "ana@example.com, json://u:****@hook.example/…" in said
    assert "s3cret" not in said
