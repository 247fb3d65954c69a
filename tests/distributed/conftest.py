"""Workers and a scheduler over a real broker and PostgreSQL."""

import contextlib

import psutil
import pytest

from tests import processes, versions

CHUNK = 200  # comments: 60 chunks of `rows_file`, so that there is a middle to disturb


@pytest.fixture
def env(postgres_url, broker_url, tmp_path):
    versions.begin_with_fast(postgres_url)
    return processes.environment(
        postgres_url,
        tmp_path,
        broker_url=broker_url,
        chunk_size_comments=CHUNK,
        requeue_seconds=2,
        retry_delay_seconds=0.1,
        log_level="WARNING",
    )


@pytest.fixture
def started(env, tmp_path):
    """Start processes that are ended with the test, their output in files."""
    running = []

    def start(*arguments):
        with (tmp_path / f"{arguments[0]}-{len(running)}.log").open("w") as log:
            process = processes.start(*arguments, env=env, output=log, start_new_session=True)
        running.append(process)
        return process

    yield start
    for process in running:
        with contextlib.suppress(psutil.NoSuchProcess):
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
        process.kill()
        process.wait()
