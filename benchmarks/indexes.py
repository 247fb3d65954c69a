"""What each index of comments and scores costs while rows are written: all of them, and each left out.

    python -m benchmarks.indexes [--rows N] [--page docs/scaling.md]

Each layout is a database of its own; they are filled by the project's own bulk writes, in turn, in rounds. Prints
Markdown.
"""

from collections.abc import Callable, Iterator
from statistics import median

import pyarrow as pa

from benchmarks import layouts, pages, rows, servers, trials
from benchmarks.layouts import Layout, Loaded
from benchmarks.servers import asked, connected
from database import tables
from database.tables import Table

ROUNDS = 5
ALL = Layout("all")

COMMENTS = (
    ALL,
    Layout("uq_comments_natural_key", ["ALTER TABLE comments DROP CONSTRAINT uq_comments_natural_key"]),
    Layout("ix_comments_brand_id_counted_at", ["DROP INDEX ix_comments_brand_id_counted_at"]),
    # Corrections and audit labels refer to it.
    Layout("pk_comments", ["ALTER TABLE comments DROP CONSTRAINT pk_comments CASCADE"]),
    # It holds those comments alone that were replaced: none of these.
    Layout("ix_comments_updated_batch_id_id", ["DROP INDEX ix_comments_updated_batch_id_id"]),
)
SCORES = (ALL, Layout("pk_scores", ["ALTER TABLE scores DROP CONSTRAINT pk_scores"]))


def measure(server: str, texts: pa.Array, count: int) -> Iterator[str]:
    """Measure what each index of comments and scores costs while rows are written."""
    part = count // ROUNDS

    def comments(number: int) -> list[rows.Values]:
        return list(rows.comments(texts, part, first=number * part, month=number))

    def scores(number: int) -> list[rows.Values]:
        return list(rows.scores(part, first=number * part))

    yield pages.table(
        ["without", "index, bytes a row", "rate, over that with all", "server's time, over that with all"],
        [
            *_lines(server, tables.Comment, COMMENTS, comments, part),
            *_lines(server, tables.Score, SCORES, scores, part),
        ],
    )


def _lines(
    server: str,
    into: type[Table],
    tried: tuple[Layout, ...],
    make: Callable[[int], list[rows.Values]],
    part: int,
) -> Iterator[list[str]]:
    with layouts.made(server, tried) as urls:
        loaded = []
        for number in range(ROUNDS):
            blocks, one = make(number), {}
            for name in layouts.in_turn(list(urls), number):
                servers.settle(server)
                one[name] = layouts.load(urls[name], into, blocks, part)
            loaded.append(one)
        for name in urls:
            rate, time = (median(_over(one, name, at) for one in loaded) for at in range(2))
            with connected(urls[ALL.name]) as connection:
                size = asked(connection, f"SELECT coalesce(pg_relation_size(to_regclass('{name}')), 0)")
            whole = f" ({median(one[name].rate for one in loaded) / 1_000:,.0f} k/s)" if name == ALL.name else ""
            title = f"`{name}`" if name != ALL.name else f"nothing: {into.__tablename__}"
            yield [title, f"{size / part / ROUNDS:,.0f}" if size else "", f"{rate:.2f}{whole}", f"{time:.2f}"]


def _over(loaded: dict[str, Loaded], name: str, at: int) -> float:
    return layouts.over(loaded[name][at], loaded[ALL.name][at])


main = trials.command("benchmarks.indexes", measure, rows=250_000)

if __name__ == "__main__":
    main()
