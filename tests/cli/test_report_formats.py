import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyarrow import parquet

from cli.main import brandpulse
from tests import processes


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


@pytest.mark.parametrize("name", ["html", "pdf", "png", "xlsx", "parquet"])
def test_what_a_terminal_cannot_show_has_a_file_by_itself(commands, tmp_path, name):
    path = Path(commands("report", "--format", name).strip())
    assert path.parent == tmp_path / "reports"
    assert path.suffix == f".{name}"
    assert path.stat().st_size > 100


@pytest.mark.parametrize(("name", "begins"), [("markdown", "**How"), ("json", "{"), ("csv", "brand,day,")])
def test_texts_are_printed(commands, tmp_path, name, begins):
    assert commands("report", "--format", name).startswith(begins)
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("a.pdf", b"%PDF"),
        ("a.XLSX", b"PK"),
        ("a.md", b"**How"),
        ("a.json", b"{"),
        ("a.html", b"<!doctype"),
        ("a", b"No"),
    ],
)
def test_the_name_of_the_file_says_the_format(commands, tmp_path, name, begins):
    assert commands("report", "--out", tmp_path / name).strip() == str(tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_a_format_that_is_named_counts_more_than_the_name_of_the_file(commands, tmp_path):
    commands("report", "--format", "json", "--out", tmp_path / "a.csv")
    assert json.loads((tmp_path / "a.csv").read_text())["brands"] == []


@pytest.mark.parametrize("name", ["text", "html", "csv"])
def test_a_place_that_cannot_be_written_to_is_said_in_words(commands, tmp_path, name):
    (tmp_path / "file").write_text("no folder")
    said = commands.refused("report", "--format", name, "--out", tmp_path / "file" / "report")
    assert "cannot be written" in said
    assert "--out" in said


def test_a_report_in_text_makes_its_folder_as_others_do(commands, tmp_path):
    commands("report", "--out", tmp_path / "new" / "report.txt")
    assert (tmp_path / "new" / "report.txt").read_text().startswith("No days")


def test_any_format_can_be_piped(commands, tmp_path):
    done = CliRunner().invoke(brandpulse, ["report", "--format", "parquet", "--out", "-"])
    assert parquet.read_table(io.BytesIO(done.stdout_bytes)).num_rows == 0
    assert commands("report", "--out", "-").startswith("No days")
    assert not (tmp_path / "reports").exists()


def test_looking_for_a_format_imports_nothing_that_draws_or_typesets():
    asked = [sys.executable, "-c", "import sys; from reporting import files; print(*sys.modules)"]
    done = subprocess.run(asked, capture_output=True, text=True, check=True, cwd=processes.ROOT)
    assert not {"altair", "vl_convert", "typst", "xlsxwriter"} & set(done.stdout.split())
