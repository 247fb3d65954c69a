"""The suggested alerts and the operator's page speak of metrics that there are."""

import re
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


def test_the_page_explains_every_state():
    from database.tables import CHUNK_STATES
    from worker.following import STATES

    assert {f"| `{state}` |" for state in (*CHUNK_STATES, *STATES, "loading", "loaded")} <= set(
        re.findall(r"\| `\w+` \|", PAGE)
    )
