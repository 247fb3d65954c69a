import json
import math
import subprocess
import sys

import pytest

from benchmarks import pages, scaling
from benchmarks.scaling import Assumed, Costs, Limit, Night
from tests.processes import ROOT

#: a second of everything for 10,000 comments; 1,000 bytes each, of which 40 in the index of the key
DOCUMENT = {
    "comments": 200_000,
    "costs": {
        "ingest": {"rate": 1.0, "own_us": 90.0, "database_us": 10.0},
        "fast@1": {"rate": 1.0, "own_us": 80.0, "database_us": 20.0},
        "lstm@1": {"rate": 1.0, "own_us": 880.0, "database_us": 120.0},
    },
    "bytes": {"comments": 600.0, "comments_indexes": 300.0, "scores": 100.0, "key_index": 40.0, "log": 500.0},
    "comments_per_message": {"fast@1": 10_000, "lstm@1": 5_000},
    "machine": {"processor": "a processor", "cores": 2, "measured_at": "2026-11-25T20:00:00Z"},
}
COSTS = Costs.read(DOCUMENT)
HOUR = Assumed(hours=1.0)


def night(comments, assumed=HOUR):
    return Night(COSTS, assumed, comments)


def test_a_comment_takes_a_process_its_own_time_and_the_time_of_the_database():
    assert COSTS.process_seconds("ingest", 10_000) == pytest.approx(1.0)
    assert COSTS.process_seconds("lstm@1", 10_000) == pytest.approx(10.0)


def test_as_many_processes_as_fit_into_the_hours():
    assert night(36_000_000).processes("fast@1") == 1
    assert night(36_000_001).processes("fast@1") == 2
    assert night(36_000_000).processes("lstm@1") == 10


def test_cores_are_those_of_ingest_scoring_and_database():
    assert night(36_000_000).database_cores("fast@1") == pytest.approx(0.3)
    assert night(36_000_000).cores("fast@1") == pytest.approx(2.0)


def test_the_index_of_the_key_counts_once_on_disk():
    assert COSTS.stored == pytest.approx(1_000.0)
    assert night(1_000_000).gb(COSTS.stored) == pytest.approx(1.0)


def test_where_the_index_is_large_each_comment_writes_a_whole_page_to_the_log():
    assumed = Assumed(hours=1.0, nights=100_000)
    assert night(1_000_000, assumed).whole_pages_gb() == pytest.approx(0.7 * 8.192, rel=0.01)


def test_where_the_index_is_small_each_page_is_written_once_a_checkpoint():
    found = night(9_000_000, Assumed(hours=1.0, nights=1)).whole_pages_gb()
    assert found == pytest.approx(0.7 * 9_000_000 * 40 / 1e9, rel=0.01)
    assert math.ceil(COSTS.process_seconds("ingest", 9_000_000) / scaling.CHECKPOINT_SECONDS) == 1


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (Limit("x", 1.5), 1),
        (Limit("x", 0.9), None),
        (Limit("x", 0.3, piles_up=True), 4),
        (Limit("x", 0.5, piles_up=True), 3),
        (Limit("x", 0.05, piles_up=True), None),
    ],
)
def test_what_piles_up_breaks_later_and_what_is_too_much_breaks_at_once(limit, expected):
    assert limit.nights(kept=10) == expected


def test_what_breaks_is_told_in_the_order_of_nights():
    small = Assumed(hours=1.0, cores=1, memory_gb=8.0, disk_gb=90.0)
    found = scaling.breaks(night(36_000_000, small))
    assert [(at, limit.name) for at, limit in found] == [
        (1, "the cores of one machine"),
        (3, "the disk"),
        (3, "memory for the index of the key"),
    ]


def test_the_table_has_every_step_and_is_checked_by_the_pipelines_own_rate():
    figures = {"rates": {"pipeline": 20_000.0}, "machine": {"cores": 2}}
    lines = scaling.table(COSTS, HOUR, figures).splitlines()
    assert lines[0] == "| comments a night | 1,000,000 | 10,000,000 | 100,000,000 |"
    assert "| cores in all, by the pipeline's rate | 0.028 | 0.28 | 2.8 |" in lines
    assert "| cores in all | 0.056 | 0.56 | 5.6 |" in lines
    assert "nothing in 365" in lines[-1]


def test_the_place_of_the_table_on_a_page_is_filled(tmp_path):
    page, costs = tmp_path / "page.md", tmp_path / "costs.json"
    page.write_text(f"Before.\n\n{pages.begin(scaling.MODULE)}\n\nthe former table\n\n{pages.END}\n\nAfter.\n")
    costs.write_text(json.dumps(DOCUMENT))
    command = [sys.executable, "-m", "benchmarks.scaling", "--costs", str(costs), "--hours", "1", "--page", str(page)]
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True)
    written = page.read_text()
    assert written.startswith(f"Before.\n\n{pages.begin(scaling.MODULE)}\n\nComputed by")
    assert written.endswith(f"|\n\n{pages.END}\n\nAfter.\n")
    assert "the former table" not in written
