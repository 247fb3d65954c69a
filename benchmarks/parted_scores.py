"""Try to part the table of scores by ranges of comments' ids, which grow with the time of loading.

    python -m benchmarks.parted_scores [--rows N] [--page docs/scaling.md]

Prints Markdown.
"""

import time
from collections.abc import Iterator
from statistics import median

import psycopg
import pyarrow as pa

from benchmarks import layouts, pages, rows, servers, trials
from benchmarks.layouts import Layout, Loaded
from benchmarks.servers import asked, connected
from database import tables

PARTS = 6
AS_IT_IS = "as it is"
PARTED = "range of `comment_id`"
WHOLE = """
    SELECT pg_total_relation_size('scores') + coalesce(sum(pg_total_relation_size(inhrelid)), 0)
      FROM pg_inherits WHERE inhparent = 'scores'::regclass
"""


def measure(server: str, _texts: pa.Array, count: int) -> Iterator[str]:
    """Try to part the table of scores by ranges of comments' ids."""
    part = count // PARTS
    with layouts.made(server, [Layout(AS_IT_IS), Layout(PARTED, _statements(part))]) as urls:
        loaded = [_fill(server, urls, part, number) for number in range(PARTS)]
        taken = {name: _take_away(url, part, drop=name == PARTED) for name, url in urls.items()}
    lines = [
        ["rate, over the table as it is", *(_over(loaded, name, 0) for name in urls)],
        ["server's time, over the table as it is", *(_over(loaded, name, 1) for name in urls)],
        ["a sixth taken away", *(f"{seconds:.2f} s" for seconds, _ in taken.values())],
        ["disk given back", *(f"{share:.0%}" for _, share in taken.values())],
    ]
    yield pages.table(["scores", *urls], lines)


def _statements(part: int) -> list[str]:
    """Part it; the primary key stays what it is."""
    ranges = [f"FOR VALUES FROM ({number * part}) TO ({(number + 1) * part})" for number in range(PARTS)]
    return [
        "ALTER TABLE scores RENAME TO plain",
        "CREATE TABLE scores (LIKE plain INCLUDING DEFAULTS) PARTITION BY RANGE (comment_id)",
        *(f"CREATE TABLE scores_{number} PARTITION OF scores {one}" for number, one in enumerate(ranges)),
        "ALTER TABLE scores ADD PRIMARY KEY (model_id, comment_id)",
    ]


def _fill(server: str, urls: dict[str, str], part: int, number: int) -> dict[str, Loaded]:
    blocks, loaded = list(rows.scores(part, first=number * part)), {}
    for name in layouts.in_turn(list(urls), number):
        servers.settle(server)
        loaded[name] = layouts.load(urls[name], tables.Score, blocks, part)
    return loaded


def _over(loaded: list[dict[str, Loaded]], name: str, at: int) -> str:
    return f"{median(layouts.over(one[name][at], one[AS_IT_IS][at]) for one in loaded):.2f}"


def _take_away(url: str, part: int, *, drop: bool) -> tuple[float, float]:
    statements = [f"DELETE FROM scores WHERE comment_id < {part}", "VACUUM scores"]  # noqa: S608 - a number
    with connected(url) as connection:
        before, began = _size(connection), time.perf_counter()
        for statement in ["DROP TABLE scores_0"] if drop else statements:
            connection.execute(statement.encode())
        return time.perf_counter() - began, max(0.0, 1 - _size(connection) / before)


def _size(connection: psycopg.Connection) -> int:
    return int(asked(connection, WHOLE))


main = trials.command("benchmarks.parted_scores", measure, rows=600_000)

if __name__ == "__main__":
    main()
