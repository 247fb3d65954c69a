"""Celery takes an option it does not know without a word, so the ones that matter are held here."""

import subprocess
import sys

import celery.beat
import pytest
from celery.app.defaults import NAMESPACES, flatten
from kombu import Connection

from tests import processes
from worker.app import HARD_LIMIT_SECONDS, SOFT_LIMIT_SECONDS, VISIBILITY_SECONDS, app
from worker.checks.scoring import LEAST_LEASE_SECONDS
from worker.scheduler import Scheduler

KNOWN = {name for name, _ in flatten(NAMESPACES)}
SET = set(app.conf.changes)


def test_celery_knows_every_option_that_is_set():
    assert KNOWN | {"deprecated_settings"} >= SET


def test_a_message_outlives_the_longest_task_and_one_that_waits_behind_it():
    assert SOFT_LIMIT_SECONDS < HARD_LIMIT_SECONDS <= LEAST_LEASE_SECONDS
    assert 2 * (1 + app.conf.worker_prefetch_multiplier) * HARD_LIMIT_SECONDS <= VISIBILITY_SECONDS
    assert app.conf.broker_transport_options["visibility_timeout"] == VISIBILITY_SECONDS


def test_work_is_acknowledged_late_and_results_are_not_kept():
    assert app.conf.task_acks_late
    assert app.conf.task_ignore_result
    assert app.conf.result_backend is None


def test_nothing_but_json_is_accepted_of_tasks_results_events_and_remote_control():
    assert app.conf.accept_content == ["json"]
    assert app.conf.result_accept_content in (None, ["json"])
    assert app.events.Receiver(Connection("memory://")).accept == {"json"}
    assert app.control.mailbox.accept == ["json"]
    assert {app.conf.task_serializer, app.conf.result_serializer, app.conf.event_serializer} == {"json"}


def test_beat_keeps_no_file_of_pickles_that_another_user_might_have_written():
    assert app.conf.beat_scheduler == f"{Scheduler.__module__}:{Scheduler.__name__}"
    assert not issubclass(Scheduler, celery.beat.PersistentScheduler)


def test_beat_calls_tasks_of_ours_that_exist_and_no_others():
    app.loader.import_default_modules()
    called = {entry.task for entry in Scheduler(app=app).schedule.values()}
    assert called == {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert called <= {name for name in app.tasks if name.startswith("worker.tasks.")}


@pytest.mark.parametrize("module", ["worker.app", "worker.tasks"])
def test_the_parent_of_the_workers_has_nothing_of_tensorflow(module, tmp_path):
    # A child that is forked from a process that used TensorFlow hangs for ever.
    env = processes.environment(f"sqlite:///{tmp_path}/brandpulse.db", tmp_path)
    loaded = f"import sys, {module}; print([m for m in ('tensorflow', 'keras') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", loaded], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_containers_ask_every_minute_imports_neither_tensorflow_nor_sqlalchemy(tmp_path):
    env = processes.environment(f"sqlite:///{tmp_path}/brandpulse.db", tmp_path, broker_url="redis://127.0.0.1:1/0")
    asked = (
        "import sys, click.testing, cli.main\n"
        "done = click.testing.CliRunner().invoke(cli.main.brandpulse, ['health', 'worker'])\n"
        "print(str(done.exception)[:9], [m for m in ('tensorflow', 'keras', 'sqlalchemy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", asked], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "The queue []"
