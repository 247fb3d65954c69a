"""Texts and names that would do harm, from a file to everything that is printed and written of them."""

import csv
import io
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from tests import processes

HARMFUL = (
    "\x1b[2J\x1b]0;owned\x07 good",
    "good \x9b31m and \x7f \x08\x08\x08",
    "good \u202e evil \u2066 words",
    "<script>alert(1)</script> good",
    "=cmd|' /C calc'!A0 good",
    'good #import "x": * $x$ @ref <label>',
    "[/b] good [red] :smile:",
    "'; DROP TABLE comments; -- good",
    "good\ufffe\uffff\U0010ffff",
    "{0} %s {{ 7*7 }} good",
    "\u200f\u200egood \u0300\u0301" + "\u0301" * 500,
    "\U0001f600\U0001f44d\U0001f3fd",
    "good\r\nover\vlines\f\x1c\x85\u2028",
    "_x0041_ &lt; good \\",
)
#: Of a row each, beside two good ones for each of the texts.
REJECTED = ({"text": "a\0b"}, {"text": "a\ud800b", "\x1b[31m\ud800": 1}, {"text": "\u200b\u202e "})


def brand_of(text):
    """Name a brand with it; one of just that name would be masked in the text, and nothing left to score."""
    return f"{text[:150].strip()} & Co"


def rows():
    for i, text in enumerate(HARMFUL):
        yield {"id": f"{i}{text}", "text": text, "brand": brand_of(text), "source": text[:150], "author": text}
        yield {"text": text, "author": f"\u202e{i}", "brand": brand_of(text)}
        yield {"text": text, "created_at": text}
    yield from REJECTED


@pytest.fixture
def harmful(tmp_path):
    path = tmp_path / "[red]{x}\x1b[2J.ndjson"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows()))
    return path


def harms(printed):
    """List what a terminal takes for orders, and halves of characters."""
    orders = {
        *map(chr, range(0x20)),
        *map(chr, range(0x7F, 0xA0)),
        *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    }
    return sorted(set(printed) & (orders - {"\n", "\t"})) + [c for c in printed if "\ud800" <= c <= "\udfff"]


def test_harmful_texts_are_loaded_scored_and_shown_and_harm_nothing(commands, harmful, tmp_path):
    said = commands.said("ingest", harmful)["batches"][0]
    times = len(HARMFUL)
    assert (said["read"], said["loaded"], said["rejected"]) == (3 * times + 3, 2 * times, times + 3)
    commands("worker", "--drain")
    shown = commands.said("batches", "show", "1")
    assert (shown["status"], shown["failed"], shown["pending"]) == ("scored", 0, 0)
    assert shown["comments"] == shown["scored"] + shown["skipped"]
    for printed in (
        ("ingest", harmful, "--dry-run"),
        ("ingest", harmful),
        *(("batches", "list"), ("batches", "show", "1"), ("batches", "rejects", "1")),
        *(("brands", "list"), ("jobs", "list"), ("doctor",)),
        *(("report",), ("report", "--brand", brand_of(HARMFUL[2])), ("report", "--format", "markdown")),
        ("sql", "SELECT text, brand, source, author, url FROM scored_comments"),
        ("sql", 'SELECT 1 AS "[/b]\x1b[2J"'),
        ("score", *HARMFUL[:3], "--explain"),
    ):
        assert harms(commands(*printed)) == [], printed
    everything = commands.said("sql", "SELECT text, brand FROM scored_comments")
    assert {row["text"] for row in everything} >= {text.strip() for text in HARMFUL if "good" in text}
    table = list(csv.reader(io.StringIO(commands("sql", "SELECT text FROM scored_comments", "--format", "csv"))))
    assert not any(cell.startswith(("=", "+", "-", "@")) for [cell] in table)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is written does not depend on it
def test_a_report_of_harmful_names_can_be_opened_in_every_format(commands, harmful, tmp_path):
    commands("ingest", harmful)
    commands("worker", "--drain")
    names = {brand_of(text) for text in HARMFUL}
    for ending in ("html", "pdf", "xlsx", "md", "csv", "parquet"):
        commands("report", "--out", tmp_path / f"report.{ending}")
    page = (tmp_path / "report.html").read_text()
    assert "<script>alert" not in page
    assert harms(page) == []
    assert PdfReader(tmp_path / "report.pdf").pages[0].extract_text()
    with zipfile.ZipFile(tmp_path / "report.xlsx") as book:
        for part in book.namelist():
            ET.fromstring(book.read(part))
    shares = load_workbook(tmp_path / "report.xlsx")["Shares"]
    assert shares.max_row == 1 + len(names)
    assert not any(cell.data_type == "f" for row in shares for cell in row)
    with (tmp_path / "report.csv").open(newline="") as file:
        brands = {row["brand"] for row in csv.DictReader(file)}
    assert brands == {f"'{name}" if name[0] == "=" else name for name in names}


def test_half_of_a_character_in_an_argument_is_scored_and_told_as_json(commands):
    [said] = commands.said("score", "good \udcff")
    assert said["text"] == "good \udcff"


def test_a_sentence_about_a_file_holds_no_orders_to_the_terminal(sqlite_url, tmp_path):
    path = tmp_path / "x.ndjson"
    path.write_text('{"\\ud800": 1}\n{"\\u001b[31m": 2}\n')
    env = processes.environment(sqlite_url, tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "cli", "ingest", path], env=env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "Traceback" not in done.stderr
    assert harms(done.stderr) == []


def test_a_progress_bar_names_any_file(tmp_path):
    import pty

    seen, its = pty.openpty()
    program = (
        "import time\nfrom cli import output\noutput.SLOW_SECONDS = 0\n"
        "with output.progress('loading {0} [/x] \\x1b]0;owned') as advance:\n  advance(1)\n  time.sleep(0.3)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stderr=its) as bar:
        os.close(its)
        printed = b"".join(iter(lambda: told(seen), b"")).decode()
    os.close(seen)
    assert bar.returncode == 0, printed
    assert "loading {0} [/x]" in printed
    assert "\x1b]0;" not in printed


def told(terminal):
    """Read what was printed; Linux ends with an error where others end with nothing."""
    try:
        return os.read(terminal, 10_000)
    except OSError:
        return b""
