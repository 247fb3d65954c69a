"""A stage: servers, beat and workers of its own, on free ports, set to notice quickly what was lost."""

import contextlib
import os
import signal
import uuid

import psutil

from database import schema
from database.engine import engine
from tests import processes, versions
from tests.faults.proxy import Proxy
from tests.faults.servers import Postgres, Queue, free_port

CHUNK = 100  # comments: many chunks, so that there is a middle to disturb
#: seconds: between two sweeps; until a pending chunk is queued again
SWEEP_SECONDS, REQUEUE_SECONDS = 1, 2
#: until a claim of a living process ends. Scoring apart took 19 s on a busy machine: with a lease of 15 s the chunk was
#: given to others until it failed.
LEASE_SECONDS = 60
WORKERS = ("worker-1", "worker-2")


class Stage:
    """What runs, and what the faults may touch."""

    def __init__(self, folder, clock=None, disk=None):
        self.folder, self.clock, self.disk = folder, clock, disk
        with contextlib.ExitStack() as stack:
            (data := (disk.folder if disk else folder) / "postgres").mkdir()
            self.postgres = Postgres(data)
            stack.callback(self.postgres.close)
            self.queue = Queue(folder / "queue")
            stack.callback(self.queue.kill)
            self.proxy = Proxy(self.postgres.socket, free_port())
            stack.callback(self.proxy.close)
            self.crew = {}
            stack.callback(self._end_crew)
            self._close = stack.pop_all().close
        self.open()

    def open(self):
        """Make a new database, and let beat and workers begin on it."""
        self.database = f"brandpulse_{uuid.uuid4().hex[:8]}"
        self.postgres.create(self.database)
        self.env = processes.environment(
            f"postgresql+psycopg://postgres@127.0.0.1:{self.proxy.port}/{self.database}",
            self.folder,
            broker_url=self.queue.url,
            chunk_size_comments=CHUNK,
            requeue_seconds=REQUEUE_SECONDS,
            lease_seconds=LEASE_SECONDS,
            retry_delay_seconds=0.1,
        )
        url = self.env["BRANDPULSE_DATABASE_URL"]
        schema.upgrade(url)
        versions.begin_with_fast(url)
        engine(url).dispose()
        for name in ("beat", *WORKERS):
            self.start(name)

    def shut(self):
        """End beat and workers, and drop the database; the servers go on."""
        self._end_crew()
        with self.queue.client() as queue:
            queue.flushall()
        self.postgres.drop(self.database)

    def close(self):
        self._close()

    def start(self, name):
        """Start beat or a worker, as whatever keeps services running would."""
        if name == "beat":
            arguments = ("beat", "--sweep-seconds", SWEEP_SECONDS)
        else:
            arguments = ("worker", "--name", name, "--concurrency", 1)
        self.crew[name] = self.run(*arguments, log=name)

    def run(self, *arguments, log):
        """Start a process of brandpulse in a session of its own, its output behind what its log holds already."""
        env = self.env | (self.clock.env if self.clock else {})
        with (self.folder / f"{log}.log").open("a") as file:
            return processes.start(*arguments, env=env, output=file, start_new_session=True)

    def child(self, name):
        """Give the process of a worker that scores; the worker's own hands it what to do."""
        own = psutil.Process(self.crew[name].pid)
        processes.wait_until(lambda: any(_is_alive(child) for child in own.children()), self.crew[name])
        return next(child for child in own.children() if _is_alive(child))

    def fallen(self):
        """Name those of the crew that have ended by themselves."""
        return [f"{name} ended with {one.returncode}" for name, one in self.crew.items() if one.poll() is not None]

    def ask(self, statement, *values):
        """Ask the database, past the proxy."""
        return self.postgres.run(self.database, statement, *values)

    def brandpulse(self, *arguments):
        return processes.brandpulse(*arguments, env=self.env)

    def _end_crew(self):
        for process in self.crew.values():
            end(process)
        self.crew.clear()


def end(process):
    """Kill a process and whatever is left of its session, at once."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _is_alive(process):
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE
    return False
