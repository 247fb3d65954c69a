"""What autovacuum does for a table that only grows, and what is amiss until it has come.

    python -m benchmarks.vacuuming [--rows N] [--page docs/scaling.md]

Ten months of comments are loaded and vacuumed, then an eleventh: too few for autovacuum's defaults, which wait for a
tenth of a table before its values are looked at again, and for a fifth before pages are marked as visible to all.
Prints Markdown.
"""

import json
import time
from collections.abc import Iterator

import psycopg
import pyarrow as pa

from benchmarks import layouts, pages, rows, trials
from benchmarks.layouts import Layout
from benchmarks.servers import asked, connected
from database import tables

MONTHS = 10
COUNTED = f"SELECT count(*) FROM comments WHERE brand_id = 1 AND counted_at >= '{rows.months(MONTHS)}'"  # noqa: S608 - ours
STEPS = ("ANALYZE comments", "VACUUM comments")


def measure(server: str, texts: pa.Array, count: int) -> Iterator[str]:
    """Measure what autovacuum does for a table that only grows."""
    month = count // (MONTHS + 1)
    with layouts.made(server, [Layout("comments")]) as urls, connected(urls["comments"]) as connection:
        url = urls["comments"]
        # It comes once a minute, and we look at what is there before and after.
        connection.execute("ALTER TABLE comments SET (autovacuum_enabled = off)")
        for number in range(MONTHS):
            _load(url, texts, month, number)
        connection.execute("VACUUM ANALYZE comments")
        _load(url, texts, month, MONTHS)
        lines = [_line(connection, "the newest month loaded", None)]
        for statement in STEPS:
            began = time.perf_counter()
            connection.execute(statement.encode())
            lines.append(_line(connection, f"after `{statement}`", time.perf_counter() - began))
    yield pages.table(["", "takes", "rows expected, of those there", "pages from the table", "count of them"], lines)


def _load(url: str, texts: pa.Array, month: int, number: int) -> None:
    layouts.load(url, tables.Comment, rows.comments(texts, month, first=number * month, month=number), month)


def _line(connection: psycopg.Connection, title: str, seconds: float | None) -> list[str]:
    explained = asked(connection, f"EXPLAIN (ANALYZE, FORMAT JSON) {COUNTED}")
    plan = (json.loads(explained) if isinstance(explained, str) else explained)[0]
    scan = plan["Plan"]
    while "Plans" in scan:
        scan = scan["Plans"][0]
    expected = scan["Plan Rows"] * scan.get("Actual Loops", 1) / asked(connection, COUNTED)
    return [
        title,
        f"{seconds:.2f} s" if seconds is not None else "",
        f"{expected:.1%}",
        f"{scan.get('Heap Fetches', 0):,.0f}",
        f"{plan['Execution Time']:,.1f} ms",
    ]


main = trials.command("benchmarks.vacuuming", measure, rows=220_000)

if __name__ == "__main__":
    main()
