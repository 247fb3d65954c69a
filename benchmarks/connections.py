"""Connections to a database by who holds them, sampled from a thread: each process says its name in PGAPPNAME."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.servers import connected

SAMPLE_SECONDS = 0.02
#: a connection that says no name is ours
HELD = """
    SELECT application_name, count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND backend_type = 'client backend' AND application_name <> '' GROUP BY 1
"""
NAME = "PGAPPNAME"  # libpq's own


@contextmanager
def counted(url: str) -> Iterator[Counter[str]]:
    """Give what fills while the block runs: the most connections that were held at once, by name."""
    most: Counter[str] = Counter()
    stop = threading.Event()
    thread = threading.Thread(target=_sample, args=(url, most, stop), daemon=True)
    thread.start()
    try:
        yield most
    finally:
        stop.set()
        thread.join()


def _sample(url: str, most: Counter[str], stop: threading.Event) -> None:
    with connected(url) as connection:
        while not stop.wait(SAMPLE_SECONDS):
            for name, count in connection.execute(HELD.encode()).fetchall():
                most[name] = max(most[name], count)
