"""The examples give what their page says, counted by reading the page."""

import json
import re
from pathlib import Path

import pytest

from tests import processes

FOLDER = Path(__file__).parents[1] / "examples"
ROWS = re.findall(
    r"^\| `(\S+)` \| .*? \| (\d+) \| (\d+) \| (\d+).*? \| (\d+)", (FOLDER / "README.md").read_text(), re.MULTILINE
)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("examples")
    env = processes.environment(f"sqlite:///{folder}/brandpulse.db", folder)
    files = [FOLDER / name for name, *_ in ROWS]
    return json.loads(processes.brandpulse("run", *files, "--json", env=env))


def test_the_page_counts_every_example():
    assert {name for name, *_ in ROWS} == {path.name for path in FOLDER.iterdir()} - {"README.md"}


def test_each_file_gives_the_rows_that_its_page_says(found):
    for (_, *counts), batch in zip(ROWS, found["batches"], strict=True):
        assert [batch[name] for name in ("read", "loaded", "duplicates", "rejected")] == [int(n) for n in counts]


def test_there_are_800_comments_about_three_brands_from_three_sources_over_three_weeks(found):
    assert found["loaded"] >= 800
    assert found["loaded"] == found["scored"] + found["skipped"]
    report = found["report"]
    assert report["period"] == {"from": "2026-10-26", "to": "2026-11-15"}
    brands = {brand["brand"]: brand for brand in report["brands"]}
    assert set(brands) == {"Lumo", "Bright Side", "Kite Mobile", "unknown"}
    assert {source["source"] for source in brands["Lumo"]["sources"]} == {"youtube", "reddit", "x"}
