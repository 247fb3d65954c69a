"""The main job as a user runs it: processes, files, exit codes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import processes

ROWS = """id,brand,text,created_at
1,Lumo,i love this lamp it is great and wonderful,2026-11-02T10:00:00Z
2,Lumo,the worst awful boring waste of money,2026-11-03T10:00:00Z
2,Lumo,the worst awful boring waste of money,2026-11-03T10:00:00Z
3,Lumo,,2026-11-03T11:00:00Z
4,Kite,great fun and very good,2026-11-03T12:00:00Z
5,Kite,???,2026-11-03T12:00:00Z
"""


@pytest.fixture
def rows(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(ROWS)
    return path


@pytest.fixture
def env(tmp_path):
    return processes.environment(f"sqlite:///{tmp_path}/brandpulse.db", tmp_path)


def test_run_takes_a_file_to_a_report_in_one_go(rows, env):
    found = json.loads(processes.brandpulse("run", rows, "--source", "x", "--json", env=env))
    assert (found["read"], found["loaded"], found["duplicates"], found["rejected"]) == (6, 4, 1, 1)
    assert (found["scored"], found["skipped"], found["failed"]) == (3, 1, 0)
    brands = {brand["brand"]: brand for brand in found["report"]["brands"]}
    assert (brands["Lumo"]["positive"], brands["Lumo"]["negative"]) == (1, 1)
    assert (brands["Kite"]["positive"], brands["Kite"]["skipped"]) == (1, 1)
    assert brands["Lumo"]["estimate"] is None
    assert brands["Lumo"]["estimate_reason"]
    assert "Lumo" in Path(found["report_path"]).read_text()


def test_the_same_file_again_loads_nothing_new_and_says_so(rows, env):
    processes.brandpulse("run", rows, env=env)
    found = json.loads(processes.brandpulse("run", rows, "--json", env=env))
    assert (found["read"], found["loaded"], found["duplicates"], found["rejected"]) == (6, 0, 5, 1)
    assert found["scored"] == 0


def test_ingest_then_worker_gives_what_run_gives(rows, env, tmp_path):
    processes.brandpulse("ingest", rows, "--source", "x", env=env)
    shown = json.loads(processes.brandpulse("batches", "show", "1", "--json", env=env))
    assert (shown["status"], shown["pending"]) == ("queued", 4)
    processes.brandpulse("worker", "--drain", env=env)
    shown = json.loads(processes.brandpulse("batches", "show", "1", "--json", env=env))
    assert (shown["status"], shown["comments"], shown["scored"], shown["skipped"]) == ("scored", 4, 3, 1)
    report = json.loads(processes.brandpulse("report", "--json", env=env))
    assert [brand["scored"] for brand in report["brands"]] in ([1, 2], [2, 1])


def test_standard_input_is_a_file_too(env):
    found = json.loads(processes.brandpulse("ingest", "-", "--json", env=env, stdin=ROWS))
    assert [found["batches"][0][name] for name in ("read", "loaded", "duplicates", "changed", "rejected")] == [
        6,
        4,
        1,
        0,
        1,
    ]


def test_a_dry_run_shows_and_writes_nothing(rows, env, tmp_path):
    found = json.loads(processes.brandpulse("ingest", rows, "--dry-run", "--json", env=env))["files"][0]
    assert found["mapping"] == {"id": "external_id", "brand": "brand", "text": "text", "created_at": "posted_at"}
    assert (found["read"], found["rejected"], len(found["rows"])) == (6, 1, 5)
    assert found["rejects"][0]["code"] == "empty_text"
    assert not (tmp_path / "brandpulse.db").exists()


def test_where_one_file_cannot_be_opened_none_is_loaded(rows, env):
    said = processes.brandpulse("run", rows, "no-such-file.csv", env=env, code=1)
    assert "no-such-file.csv cannot be opened" in said
    assert json.loads(processes.brandpulse("batches", "list", "--json", env=env))["batches"] == []


def test_rejects_are_shown_with_their_place_and_reason(rows, env):
    processes.brandpulse("ingest", rows, env=env)
    [reject] = json.loads(processes.brandpulse("batches", "rejects", "1", "--json", env=env))["rejects"]
    assert (reject["record"], reject["line"], reject["code"]) == (4, 5, "empty_text")


def test_a_wrong_ingest_is_undone(rows, env, tmp_path):
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(ROWS + "6,Kite,a great mistake to load this,2026-11-03T12:00:00Z\n")
    processes.brandpulse("run", wrong, env=env)
    processes.brandpulse("batches", "delete", "1", "--yes", env=env)
    for table in ("comments", "scores", "unscored", "rejects", "chunks", "jobs", "batches"):
        [row] = json.loads(processes.brandpulse("sql", f"SELECT count(*) AS n FROM {table}", "--json", env=env))
        assert row["n"] == 0, table
    again = json.loads(processes.brandpulse("run", rows, "--json", env=env))
    assert (again["loaded"], again["report"]["revision"]) == (4, 1), "it has nothing to do with the report before"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("run", "no-such-file.csv"), 1, "no-such-file.csv"),
        (("batches", "show", "77"), 1, "There is no batch 77"),
        (("ingest", "x.csv", "--map", "nonsense"), 2, "COLUMN=FIELD"),
        (("report", "--from", "yesterday"), 2, "yesterday"),
        (("report", "--brand", "Nobody"), 1, "Nobody"),
        (("score", "--model", "nothing", "text"), 1, "nothing"),
        (("nonsense",), 2, "nonsense"),
    ],
)
def test_what_the_user_can_mend_is_one_sentence_and_an_exit_code(env, arguments, code, said):
    printed = processes.brandpulse(*arguments, env=env, code=code)
    assert said in printed
    assert "Traceback" not in printed


def test_help_loads_neither_tensorflow_nor_sqlalchemy(env):
    loaded = (
        "import sys, cli.main; print([m for m in ('tensorflow', 'keras', 'sqlalchemy', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", loaded], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
