"""The mission's own shape: a file is queued, two workers score it, beat has the report made."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests import mail_server, processes, wholeness


@pytest.fixture
def mails(env):
    """A mail server that the settings name."""
    with mail_server.running() as server:
        env |= {"BRANDPULSE_SMTP_URL": server.url, "BRANDPULSE_MAIL_FROM": "reports@example.com"}
        yield server


def test_a_file_goes_through_two_workers_to_the_nightly_report_and_a_mail(
    env, mails, started, postgres_url, undisturbed, tmp_path
):
    env["BRANDPULSE_NIGHTLY_AT"] = "00:00:00"
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    rows = wholeness.write_rows(tmp_path / "rows.csv", posted_at=f"{yesterday}T12:00:00Z")
    workers = [started("worker", "--concurrency", "1") for _ in range(2)]
    [batch] = json.loads(processes.brandpulse("ingest", rows, "--brand", "Lumo", "--json", env=env))["batches"]
    assert (batch["read"], batch["rejected"]) == (wholeness.ROWS, wholeness.REJECTED)
    processes.wait_until(lambda: wholeness.count_chunks(postgres_url, "done") == 60)
    wholeness.check_both_sums(postgres_url)
    assert wholeness.scores(postgres_url) == undisturbed
    assert all(worker.poll() is None for worker in workers)

    processes.brandpulse("brands", "set", "Lumo", "--recipient", "ana@example.com", env=env)
    schedulers = [started("beat") for _ in range(2)]
    page = tmp_path / "reports" / f"Lumo_{yesterday}_r1.html"
    processes.wait_until(page.exists)
    assert all(scheduler.poll() is None for scheduler in schedulers)
    assert list(page.parent.iterdir()) == [page]
    found = json.loads(
        processes.brandpulse("report", "--brand", "Lumo", f"--from={yesterday}", f"--to={yesterday}", "--json", env=env)
    )
    [lumo] = found["brands"]
    labels = [label for _, label in undisturbed.values()]
    assert (lumo["positive"], lumo["negative"]) == (labels.count(1), labels.count(-1))
    assert found["revision"] == 1, "the nightly report and this one say the same"
    processes.wait_until(lambda: mails.mails)
    assert [to for to, _ in mails.mails] == [["ana@example.com"]]


def test_doctor_finds_the_queue_and_the_workers_and_says_what_is_missing(env, started):
    found = _doctor(env)
    assert found["broker"]["ok"]
    assert not found["workers"]["ok"]
    assert "brandpulse worker" in found["workers"]["detail"]
    started("worker", "--concurrency", "1")
    processes.wait_until(lambda: _doctor(env)["workers"]["ok"])
    assert all(check["ok"] for check in _doctor(env).values())


def _doctor(env):
    done = processes.run("doctor", "--json", env=env)
    return {check["name"]: check for check in json.loads(done.stdout)["checks"]}
