"""The suggested alerts and the operator's page speak of metrics that there are."""

import re
from itertools import combinations
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
RULES = [
    rule for group in YAML(typ="safe").load(ROOT / "docs/prometheus-rules.yml")["groups"] for rule in group["rules"]
]
PAGE = (ROOT / "docs/operating.md").read_text()
METRICS = {"brandpulse_database_up", "brandpulse_broker_up"} | {
    name
    for file in ("gauges", "metrics")
    for name in re.findall(r'"(brandpulse_[a-z_]+)"', (ROOT / f"worker/{file}.py").read_text())
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_is_over_metrics_that_there_are_and_says_what_is_wrong(rule):
    named = set(re.findall(r"brandpulse_[a-z_]+", rule["expr"]))
    assert named
    assert named <= METRICS
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert rule["labels"]["severity"] in {"warning", "critical"}
    assert len(rule["annotations"]["summary"]) > 30


def test_the_page_explains_every_metric():
    assert len(METRICS) == 14
    assert set(re.findall(r"brandpulse_[a-z_]+", PAGE)) == METRICS


def words(begin, end):
    """Give the words that stand alone in a part of the page, in its table or one after the other."""
    return set(re.findall(r"(?m)(?:^\| |^|, )`(\w+)`(?= \||,|\.)", PAGE.split(begin)[1].split(end)[0]))


def test_the_page_explains_every_state():
    from database.tables import CHUNK_STATES
    from worker.following import STATES

    assert words("**Chunks**", "**Comments**") == set(CHUNK_STATES)
    assert words("**Deliveries**", "**Reports**") == set(STATES)


def test_the_page_explains_every_word_that_is_printed_of_a_batch_or_a_job():
    from database.tables import CHUNK_STATES, Batch
    from worker import batches, jobs

    chunks = [dict.fromkeys(some, 1) for size in range(6) for some in combinations(CHUNK_STATES, size)]
    of_batches = {batches.status(Batch(state=state), of) for state in ("loading", "loaded", "failed") for of in chunks}
    assert words("**Batches**", "**Jobs**") == of_batches
    assert words("**Jobs**", "**Chunks**") == {jobs.status(of) for of in chunks}
