"""A deployment to measure on: a database, a queue and worker processes that have scored before."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from benchmarks import comments, memory, outcome, processes, servers
from benchmarks.plan import Plan
from benchmarks.processes import Process

POLL_SECONDS = 0.2  # four times as often took a fiftieth of both cores from what is measured
PATIENCE_SECONDS = 600.0
#: of the small batches that workers are warmed with, of another brand than those that are measured
WARM_BRAND = "Warm"
WARM_ROWS = 1_000
WARM_CHUNK = 50  # comments: twenty chunks, of which each worker gets one
WARM_TIMES = 10
WARM_FIRST = 10**10  # number of the first such comment: beyond those that are measured


@dataclass
class Deployment:
    """What runs."""

    plan: Plan
    folder: Path
    url: str
    env: dict[str, str]
    engine: Engine
    watch: memory.Watch
    #: each with its log
    workers: list[tuple[Process, Path]] = field(default_factory=list)
    #: how many small batches were loaded
    small: int = 0
    #: when the first worker was started, as `time.time` does
    began: float = 0.0

    def wait_until(self, true: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Poll until something is so, and see to it that the workers run meanwhile."""
        deadline = time.monotonic() + seconds
        while not true():
            for process, log in self.workers:
                processes.check_runs(process, log)
            if time.monotonic() > deadline:
                raise processes.RunFailed(f"{what} did not happen within {seconds:,.0f} s.")
            time.sleep(POLL_SECONDS)

    def is_idle(self) -> bool:
        """Tell whether no chunk is pending or running."""
        return not outcome.unfinished(self.engine)

    def start_worker(self) -> None:
        """Start one more worker process."""
        self.began = self.began or time.time()
        log = self.folder / f"worker-{len(self.workers)}.log"
        process = processes.start("cli", "worker", "--concurrency", "1", env=self.env, log=log)
        self.workers.append((process, log))
        self.watch.add("worker", process.pid)

    def end_workers(self, count: int) -> None:
        """End the workers that were started last."""
        ended = [self.workers.pop()[0] for _ in range(count)]
        processes.end(*ended)

    def warm(self, make_work: Callable[[], None]) -> None:
        """Wait until each worker has been seen with a chunk and all is done; where one came too late, make more work.

        A worker's first chunk takes seconds, in which it loads the model: it does not slip through between two looks.
        """
        seen: set[str] = set()

        def is_idle() -> bool:
            seen.update(outcome.claimants(self.engine))
            return self.is_idle()

        for _ in range(WARM_TIMES):
            self.wait_until(is_idle, "The scoring of small chunks")
            if len(seen) >= len(self.workers):
                return
            make_work()
        raise processes.RunFailed(f"Of {len(self.workers)} workers only {len(seen)} took chunks of small batches.")

    def ingest_small(self) -> None:
        """Load a small batch in small chunks."""
        file, first = self.folder / "warm.csv", WARM_FIRST + self.small * WARM_ROWS
        comments.write(file, self.plan.texts, WARM_ROWS, first=first, brands=(WARM_BRAND,), seed=self.plan.seed)
        small = self.env | {"BRANDPULSE_CHUNK_SIZE_COMMENTS": str(WARM_CHUNK)}
        processes.brandpulse("ingest", file, env=small)
        self.small += 1


@contextmanager
def deployed(plan: Plan, watch: memory.Watch, workers: int = 2) -> Iterator[Deployment]:
    """Give a deployment in a fresh database, whose workers are warm with the model that is promoted."""
    with ExitStack() as stack:
        url = stack.enter_context(servers.database(plan.server))
        queue = stack.enter_context(servers.broker(plan.broker))
        folder = plan.folder / url.rpartition("/")[2].partition("?")[0]
        folder.mkdir()
        env = processes.environment(
            database_url=url, broker_url=queue, reports_folder=folder / "reports", cache_folder=folder / "cache"
        )
        processes.brandpulse("db", "upgrade", env=env)
        # What is measured is the way of comments, and the fast model leaves most of the time to it.
        processes.brandpulse("models", "promote", "fast", env=env)
        engine = stack.enter_context(outcome.asking(url))
        running = Deployment(plan, folder, url, env, engine, watch)
        stack.callback(lambda: running.end_workers(len(running.workers)))
        running.ingest_small()
        for _ in range(workers):
            running.start_worker()
        running.warm(running.ingest_small)
        yield running
