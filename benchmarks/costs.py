"""What a comment costs, measured on a system at work: processor time, bytes, connections, messages.

    python -m benchmarks.costs [--comments N] > benchmarks/costs.json

One after the other: ingest with no worker running, one worker process with `fast@1`, the same process with the slowest
shipped model on one brand's comments, a report. Processor time hardly depends on what else the machine does; rates do.
What a worker needs for its start and its first chunk is left out. PostgreSQL is a server of our own, whose processes
can be counted.
"""

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import click
from sqlalchemy import Engine, text

from benchmarks import comments, connections, machine, memory, outcome, processes, processor, servers, texts
from benchmarks.deployment import Deployment
from benchmarks.plan import Plan
from benchmarks.two_workers import SLOWEST
from model_store import recipes, shipped

FAST = "fast@1"
BRAND = comments.BRANDS[0]
SIZES = """
    SELECT relname, pg_table_size(oid), pg_indexes_size(oid) FROM pg_class
     WHERE relname IN ('comments', 'scores', 'unscored', 'tallies') AND relkind = 'r'
"""
KEY_INDEX = "SELECT pg_relation_size('uq_comments_natural_key')"
LOG = "SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint"
DONE = "SELECT coalesce(sum(comments), 0) FROM chunks WHERE state = 'done'"
#: of those that wrote: the next number, which asking does not use up
TRANSACTIONS = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
TABLES = """
    SELECT relname AS table, n_tup_ins AS inserted, n_tup_upd AS updated, n_tup_hot_upd AS updated_in_page,
           n_dead_tup AS dead, autovacuum_count AS autovacuums
      FROM pg_stat_user_tables WHERE relname IN ('batches', 'chunks', 'comments', 'scores', 'tallies') ORDER BY 1
"""
#: within which PostgreSQL has noticed that a process of its own ended: until then nobody counts its seconds
REAPED_SECONDS = 1.0


@dataclass
class Running:
    """A deployment, and what its costs are read from."""

    deployment: Deployment
    held: dict[str, int]

    def database(self) -> float:
        """Give the seconds of processors that PostgreSQL has taken."""
        return processor.of_server(self.deployment.url)

    def worker(self) -> float:
        """Give the seconds of processors that the worker has taken."""
        return processor.of_family(self.deployment.workers[0][0].pid)

    def run(self, name: str, *arguments: str | Path) -> float:
        """Run a command to its end and give the seconds of processors that it took."""
        began = processor.of_children()
        processes.brandpulse(*arguments, env=self.deployment.env | {connections.NAME: name})
        return processor.of_children() - began


class Cost(NamedTuple):
    """What one step came to."""

    #: comments per second of one process
    rate: float
    #: microseconds of processors for one comment: of the process itself, and of PostgreSQL
    own_us: float
    database_us: float


def measure(plan: Plan) -> dict[str, Any]:
    """Take comments through all steps, and give the document."""
    file = comments.write(plan.folder / "comments.csv", plan.texts, plan.comments, seed=plan.seed)
    with _running(plan) as running:
        engine = running.deployment.engine
        log, transactions = _number(engine, LOG), _number(engine, TRANSACTIONS)
        steps = {"ingest": _ingest(running, file, plan.comments), FAST: _score(running, lambda: _start(running))}
        log, transactions = _number(engine, LOG) - log, _number(engine, TRANSACTIONS) - transactions
        sizes = _sizes(engine, plan.comments) | {"log": round(log / plan.comments, 1)}
        steps[SLOWEST] = _score(running, lambda: _rescore(running))
        running.run("report", "report", "--brand", BRAND, "--json")
        time.sleep(1.0)  # server processes tell their counts once a second
        return {
            "comments": plan.comments,
            "costs": {
                name: {key: round(value, 2) for key, value in cost._asdict().items()} for name, cost in steps.items()
            },
            "bytes": sizes,
            "comments_per_message": {
                name: recipes.named(shipped.find(name).card["recipe"]).CHUNK_SIZE_COMMENTS for name in (FAST, SLOWEST)
            },
            "connections": dict(running.held),
            "transactions": transactions,
            "tables": _tables(engine),
            "machine": machine.described(),
            "server": servers.settings(plan.server),
        }


@contextmanager
def _running(plan: Plan) -> Iterator[Running]:
    with ExitStack() as stack:
        url = stack.enter_context(servers.database(plan.server))
        queue = stack.enter_context(servers.broker(plan.broker))
        env = processes.environment(
            database_url=url,
            broker_url=queue,
            reports_folder=plan.folder / "reports",
            cache_folder=plan.folder / "cache",
        )
        processes.brandpulse("db", "upgrade", env=env)
        processes.brandpulse("models", "promote", "fast", env=env)
        engine = stack.enter_context(outcome.asking(url))
        watch = stack.enter_context(memory.watching())
        deployment = Deployment(plan, plan.folder, url, env | {connections.NAME: "worker"}, engine, watch)
        stack.callback(lambda: deployment.end_workers(len(deployment.workers)))
        named, log = env | {connections.NAME: "beat"}, plan.folder / "beat.log"
        stack.enter_context(processes.started("cli", "beat", env=named, log=log))
        yield Running(deployment, stack.enter_context(connections.counted(url)))


def _ingest(running: Running, file: Path, rows: int) -> Cost:
    database, began = running.database(), time.monotonic()
    own = running.run("ingest", "ingest", file, "--json")
    seconds = time.monotonic() - began
    time.sleep(REAPED_SECONDS)
    return Cost(rows / seconds, 1e6 * own / rows, 1e6 * (running.database() - database) / rows)


def _start(running: Running) -> None:
    running.deployment.start_worker()


def _rescore(running: Running) -> None:
    running.run("rescore", "rescore", "--model", SLOWEST, "--brand", BRAND, "--no-wait")


def _score(running: Running, make_work: Callable[[], None]) -> Cost:
    """Have the worker score; counted from the end of its first chunk, with which it loads the model."""
    deployment, before = running.deployment, _number(running.deployment.engine, DONE)
    make_work()
    deployment.wait_until(lambda: _number(deployment.engine, DONE) > before, "The first chunk")
    first = _look(running)
    deployment.wait_until(deployment.is_idle, "The end of the scoring")
    seconds, own, database, done = (now - then for now, then in zip(_look(running), first, strict=True))
    return Cost(done / seconds, 1e6 * own / done, 1e6 * database / done)


def _look(running: Running) -> tuple[float, float, float, int]:
    done = _number(running.deployment.engine, DONE)
    return time.monotonic(), running.worker(), running.database(), done


def _sizes(engine: Engine, rows: int) -> dict[str, float]:
    """Give bytes a comment: of tables with what lies beside them, of their indexes, and of that of the key alone."""
    with engine.connect() as connection:
        found = {name: (table, indexes) for name, table, indexes in connection.execute(text(SIZES))}
    parts = {"": 0, "_indexes": 1}
    sizes = {f"{name}{part}": round(found[name][at] / rows, 1) for name in found for part, at in parts.items()}
    return sizes | {"key_index": round(_number(engine, KEY_INDEX) / rows, 1)}


def _tables(engine: Engine) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(TABLES)).mappings()]


def _number(engine: Engine, query: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(query)).scalar_one())


@click.command()
@click.option("--comments", "rows", type=click.IntRange(10_000), default=200_000, show_default=True, help="How many.")
@click.option("--data", type=click.Path(path_type=Path), default=texts.FOLDER, help="Folder of labelled sets.")
@click.option("--folder", type=click.Path(path_type=Path, exists=True), help="Where temporary files go.")
def main(rows: int, data: Path, folder: Path | None) -> None:
    """Measure what a comment costs, and print one JSON document."""
    with (
        tempfile.TemporaryDirectory(prefix="brandpulse-costs-", dir=folder) as made,
        servers.postgres(None, Path(made)) as server,
    ):
        plan = Plan(rows, data, Path(made), server, None, texts.comments(data), seed=1)
        click.echo(json.dumps(measure(plan), indent=1))


if __name__ == "__main__":
    main()
