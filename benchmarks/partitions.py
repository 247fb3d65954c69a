"""Try ways to part the table of comments on PostgreSQL: what is refused, what is gained, what it costs.

    python -m benchmarks.partitions [--rows N] [--page docs/scaling.md]

Each layout is a database of its own, filled by the project's own bulk writes month by month, in turn. Prints Markdown.
Read from top to bottom: the layouts, what PostgreSQL refuses, what is timed, the command.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from statistics import median

import psycopg
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks import layouts, pages, rows, servers, trials
from benchmarks.layouts import Layout, Loaded
from benchmarks.servers import asked, connected
from database import bulk, sessions, tables

MONTHS = 6
PARTS = 16
LOOKUPS = 300
WITHOUT_DATA = "CREATE TABLE comments (LIKE plain INCLUDING DEFAULTS) PARTITION BY"
RENAMED = "ALTER TABLE comments RENAME TO plain"
INDEXES = (
    "CREATE INDEX ON comments (id)",
    "CREATE INDEX ON comments (brand_id, counted_at)",
    "CREATE INDEX ON comments (updated_batch_id, id) WHERE updated_batch_id IS NOT NULL",
)


def _parted(by: str, parts: Sequence[str], key: str) -> list[str]:
    made = [f"CREATE TABLE comments_{number} PARTITION OF comments {part}" for number, part in enumerate(parts)]
    return [RENAMED, f"{WITHOUT_DATA} {by}", *made, f"ALTER TABLE comments ADD UNIQUE ({key})", *INDEXES]


def _ranges(border: Callable[[int], object]) -> list[str]:
    return [f"FOR VALUES FROM ('{border(month)}') TO ('{border(month + 1)}')" for month in range(MONTHS)]


AS_IT_IS = Layout("as it is")
BY_HASH = Layout(
    f"hash of the key, {PARTS} parts",
    _parted(
        "HASH (natural_key)",
        [f"FOR VALUES WITH (MODULUS {PARTS}, REMAINDER {number})" for number in range(PARTS)],
        "natural_key",
    ),
)
BY_MONTH = Layout(
    "month of `counted_at`",
    _parted("RANGE (counted_at)", _ranges(rows.months), "natural_key, counted_at"),
)
KEY_WITH_MONTH = Layout("as it is, month in the key", change=rows.with_month)
BY_MONTH_IN_KEY = Layout(
    "month in the key",
    _parted("RANGE (natural_key)", _ranges(rows.first_key), "natural_key"),
    rows.with_month,
)
LAYOUTS = (AS_IT_IS, BY_HASH, BY_MONTH, KEY_WITH_MONTH, BY_MONTH_IN_KEY)
#: those whose first part holds the first month and nothing else
DROPPED = (BY_MONTH, BY_MONTH_IN_KEY)

#: what does not work, by the layout that it is tried in
REFUSED = (
    (BY_HASH, "ALTER TABLE comments ADD PRIMARY KEY (id)"),
    (BY_MONTH, "ALTER TABLE comments ADD UNIQUE (natural_key)"),
    (
        BY_MONTH,
        """INSERT INTO comments (natural_key, batch_id, brand_id, source, text, loaded_at, counted_at)
  VALUES (gen_random_uuid(), 1, 1, 'x', 'x', now(), now()) ON CONFLICT (natural_key) DO NOTHING""",
    ),
    (BY_HASH, "ALTER TABLE corrections ADD FOREIGN KEY (comment_id) REFERENCES comments (id)"),
)


def measure(server: str, texts: pa.Array, count: int) -> Iterator[str]:
    """Try ways to part the table of comments on PostgreSQL."""
    month = count // MONTHS
    with layouts.made(server, LAYOUTS) as urls:
        yield "```sql\n" + "\n\n".join(_refusals(urls)) + "\n```"
        filled = [_fill(server, urls, texts, month, number) for number in range(MONTHS)]
        yield pages.table(["rows there", *urls], [_line(number * month, one) for number, one in enumerate(filled)])
        found = [_measured(layout, urls[layout.name], texts, month) for layout in LAYOUTS]
        yield pages.table(["", *urls], [[title, *(one[title] for one in found)] for title in found[0]])


def _refusals(urls: dict[str, str]) -> Iterator[str]:
    for layout, statement in REFUSED:
        with connected(urls[layout.name]) as connection:
            try:
                connection.execute(statement.encode())
            except psycopg.Error as error:
                yield f"-- {layout.name}\n{statement};\n{str(error).strip()}"
            else:
                yield f"-- {layout.name}\n{statement};\nis not refused"


def _fill(server: str, urls: dict[str, str], texts: pa.Array, count: int, month: int) -> dict[str, Loaded]:
    """Load one month into each layout in turn."""
    blocks = list(rows.comments(texts, count, first=month * count, month=month))
    changes = {layout.name: layout.change for layout in LAYOUTS}
    filled = {}
    for name in layouts.in_turn(list(urls), month):
        changed = [changes[name](block, month) for block in blocks]
        servers.settle(server)
        filled[name] = layouts.load(urls[name], tables.Comment, changed, count)
    return filled


def _line(there: int, filled: dict[str, Loaded]) -> list[str]:
    whole = filled[AS_IT_IS.name]
    figures = [filled[layout.name] for layout in LAYOUTS]
    return [
        f"{there:,}",
        *(f"{one.server_us:.1f} µs, {layouts.over(one.server_us, whole.server_us):.2f}" for one in figures),
    ]


def _measured(layout: Layout, url: str, texts: pa.Array, month: int) -> dict[str, str]:
    count, last = MONTHS * month, MONTHS - 1
    [new] = rows.comments(texts, rows.BLOCK_ROWS, first=count, month=last)
    log = layouts.log_after_checkpoint(url, tables.Comment, layout.change(new, last), rows.BLOCK_ROWS)
    with connected(url) as connection:
        connection.execute("VACUUM ANALYZE comments")
        found = {
            "log of a block after a checkpoint, bytes a row": f"{log:,.0f}",
            "indexes of the key, bytes a row": f"{_size(connection, 'natural_key') / count:,.0f}",
            "all indexes, bytes a row": f"{_size(connection, '') / count:,.0f}",
            **_reads(connection, count),
            **_without_first_month(connection, drop=layout in DROPPED),
        }
    block = next(rows.comments(texts, month, first=month, month=1))
    return found | {
        "a block again, all of it known": _again(url, layout.change(block, 1)),
        "a block with other times, an hour later": _taken_twice(url, layout, block, timedelta(hours=1), 1),
        "a block with other times, a month later": _taken_twice(url, layout, block, timedelta(days=rows.MONTH), 2),
    }


def _reads(connection: psycopg.Connection, count: int) -> dict[str, str]:
    size = min(rows.BLOCK_ROWS, count // 10)
    ids = random.Random(1).sample(range(1, count - size), LOOKUPS)  # noqa: S311 - no secret
    keys = [asked(connection, f"SELECT natural_key FROM comments WHERE id = {one}") for one in ids]  # noqa: S608 - a number
    ranges = [(one, one + size) for one in ids[:10]]
    months = [(rows.months(number), rows.months(number + 1)) for number in range(MONTHS)]
    return {
        "a comment by its id": _timed(connection, "SELECT text FROM comments WHERE id = %s", [(one,) for one in ids]),
        "a comment by its key": _timed(
            connection, "SELECT id FROM comments WHERE natural_key = %s", [(one,) for one in keys]
        ),
        f"{size:,} comments by their ids": _timed(
            connection, "SELECT id, text FROM comments WHERE id BETWEEN %s AND %s ORDER BY id", ranges
        ),
        "a brand's month counted": _timed(
            connection,
            "SELECT count(*) FROM comments WHERE brand_id = 1 AND counted_at >= %s AND counted_at < %s",
            months,
        ),
    }


def _timed(connection: psycopg.Connection, query: str, values: Sequence[tuple[object, ...]]) -> str:
    seconds = []
    for value in values:
        began = time.perf_counter()
        connection.execute(query.encode(), value).fetchall()
        seconds.append(time.perf_counter() - began)
    return f"{1_000 * median(seconds):,.2f} ms"


def _size(connection: psycopg.Connection, column: str) -> int:
    """Give the bytes of the indexes of a table and its parts that name a column."""
    return int(
        asked(
            connection,
            f"""SELECT sum(pg_relation_size(indexrelid)) FROM pg_index
                 WHERE (indrelid = 'comments'::regclass
                        OR indrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'comments'::regclass))
                   AND pg_get_indexdef(indexrelid) LIKE '%{column}%'""",  # noqa: S608 - a name of our own
        )
    )


def _again(url: str, block: rows.Values) -> str:
    began = time.perf_counter()
    _inserted(url, block)
    return f"{len(block['natural_key']) / (time.perf_counter() - began) / 1_000:,.0f} k/s"


def _taken_twice(url: str, layout: Layout, block: rows.Values, later: timedelta, month: int) -> str:
    """Count the comments that are taken for new ones where a later export gives another time."""
    moved = {name: pc.add(block[name], pa.scalar(later)) for name in ("counted_at", "posted_at")}
    twice = _inserted(url, layout.change({**block, **moved}, month))
    return f"{twice:,} taken twice"


class _UndoneError(Exception):
    pass


def _inserted(url: str, block: rows.Values) -> int:
    """Count the rows of a block that are not there yet, as an upsert sees it."""
    inserted = 0
    with suppress(_UndoneError), sessions.writing(url) as session:
        inserted = bulk.insert_new(session, tables.Comment, block)
        raise _UndoneError
    return inserted


def _without_first_month(connection: psycopg.Connection, *, drop: bool) -> dict[str, str]:
    statements = [f"DELETE FROM comments WHERE counted_at < '{rows.months(1)}'", "VACUUM comments"]  # noqa: S608 - a moment
    before, began = _whole(connection), time.perf_counter()
    for statement in ["DROP TABLE comments_0"] if drop else statements:
        connection.execute(statement.encode())
    seconds = time.perf_counter() - began
    return {
        "a month taken away": f"{seconds:,.2f} s",
        "disk given back": f"{(before - _whole(connection)) / before:.0%}",
    }


def _whole(connection: psycopg.Connection) -> int:
    return int(
        asked(
            connection,
            """SELECT pg_total_relation_size('comments')
                    + coalesce(sum(pg_total_relation_size(inhrelid)), 0)
                 FROM pg_inherits WHERE inhparent = 'comments'::regclass""",
        )
    )


main = trials.command("benchmarks.partitions", measure, rows=240_000)

if __name__ == "__main__":
    main()
