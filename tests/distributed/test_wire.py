"""What a stranger who can write to the queue can do: nothing but make the worker log a line."""

import base64
import contextlib
import json
import os
import pickle

import pytest
import redis

from tests import processes, wholeness


class Bomb:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder):
        self.folder = folder

    def __reduce__(self):
        return os.mkdir, (str(self.folder),)


def message(body, content_type, task="worker.tasks.score_chunk", encoding="binary", **more):
    """Write a message as Celery does."""
    properties = {
        "correlation_id": "1",
        "delivery_mode": 2,
        "delivery_info": {"exchange": "", "routing_key": "celery"},
        "delivery_tag": os.urandom(8).hex(),
        "body_encoding": "base64",
    }
    headers = {"lang": "py", "task": task, "id": "1", "root_id": "1", "argsrepr": "(1,)", "kwargsrepr": "{}"}
    return json.dumps(
        {
            "body": base64.b64encode(body).decode(),
            "content-encoding": encoding,
            "content-type": content_type,
            "headers": headers | more,
            "properties": properties,
        }
    )


ARGUMENTS = json.dumps([[1], {}, {}]).encode()


@pytest.fixture
def strangers(tmp_path):
    """Messages of strangers, each to its list of Redis."""
    bomb, folder = pickle.dumps([(Bomb(tmp_path / "exploded"),), {}, {}]), tmp_path / "exploded"
    yaml = f"!!python/object/apply:os.mkdir ['{folder}']".encode()
    return [
        message(bomb, "application/x-python-serialize"),
        message(bomb, "application/data"),
        message(bomb, "application/json", encoding="utf-8"),
        message(yaml, "application/x-yaml", encoding="utf-8"),
        message(b"\x93\x91\x01\x80\x80", "application/x-msgpack"),
        message(ARGUMENTS, "application/json", "os.mkdir", "utf-8"),
        message(ARGUMENTS, "application/json", "celery.backend_cleanup", "utf-8"),
        message(ARGUMENTS, "application/json", "line\none\x1b[31m" + "x" * 10_000, "utf-8"),
        message(b"[]", "application/json", encoding="utf-8"),
        json.dumps(json.loads(message(b"{}", "application/json", encoding="utf-8")) | {"headers": {}}),
        json.dumps(json.loads(message(ARGUMENTS, "application/json")) | {"properties": None}),
        bomb,
        b"[]",
        b"null",
        b"{",
        b"\xff",
        b"",
    ]


def test_a_worker_refuses_what_is_not_json_or_not_its_task_and_goes_on(
    env, started, postgres_url, broker_url, strangers, tmp_path
):
    (tmp_path / "rows.csv").write_text("text\na wonderful lamp\n")
    with contextlib.closing(redis.from_url(broker_url)) as queue:
        queue.lpush("celery", *strangers)
        queue.lpush("reports", *strangers)
        processes.brandpulse("ingest", tmp_path / "rows.csv", "--brand", "Lumo", env=env)
        worker = started("worker", "--concurrency", "1")
        processes.wait_until(lambda: wholeness.count_chunks(postgres_url, "done") == 1, worker)
        processes.wait_until(lambda: not queue.llen("celery") and not queue.llen("reports"), worker)
        log = tmp_path / "worker-0.log"
        processes.wait_until(lambda: log.read_text().count("is refused") == 2 * len(strangers), worker)
        assert "worker-" in processes.brandpulse("health", "worker", env=env)
        assert queue.hlen("unacked") == 0
    assert not (tmp_path / "exploded").exists()
    refused = [line for line in log.read_text().splitlines() if "WARNING" in line]
    assert len(refused) == 2 * len(strangers)
    assert all(": a message in the queue is refused: " in line for line in refused)
    assert all(len(line) < 400 for line in refused)
    assert "Traceback" not in log.read_text()
