import json
import subprocess
import sys

from benchmarks import processes

COMMENTS = 2_000
PARTS = ("help", "copy", "pipeline", "report", "embedded")
PROMISED = {
    "pipeline_over_copy",
    "embedded_over_copy",
    "scoring_over_vader",
    "workers_2_over_1",
    "report_seconds",
    "peak_mb",
}


def test_the_document_has_the_promised_keys_and_every_comment_was_answered():
    parts = [word for part in PARTS for word in ("--part", part)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--json", "--comments", str(COMMENTS), *parts],
        cwd=processes.ROOT,
        env=processes.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    document = json.loads(done.stdout)
    assert (done.returncode, document["errors"]) == (0, {}), done.stderr
    assert document.keys() >= PROMISED
    for way in ("pipeline", "embedded"):
        counts = document["counts"][way]
        assert counts["loaded"] == counts["scored"] + counts["skipped"] == COMMENTS
        assert document[f"{way}_over_copy"] > 1
    assert document["report_seconds"] > document["help_seconds"] > 0
    assert {"ingest", "worker", "embedded", "report"} == document["peak_mb"].keys()
    assert document["workers_2_over_1"] is None
    assert "pipeline_over_copy" in done.stderr
