"""How much processor time each format of a report takes, and how large it is: a table.

brandpulse report --json > report.json; python -m benchmarks.formats report.json
"""

import json
import time
from itertools import cycle, islice
from typing import Any

import click

from benchmarks import pages
from reporting import files

ROUNDS = 4  # the first imports what a format draws with; the least counts


@click.command(help=__doc__)
@click.argument("report", type=click.File(encoding="utf-8"))
@click.option("--brands", type=click.IntRange(1), help="Show its brands again under other names, until so many.")
def main(report: Any, brands: int | None) -> None:  # noqa: ANN401 - an open file
    """Measure on one report."""
    document = json.load(report)
    if brands:
        again = enumerate(islice(cycle(document["brands"]), brands))
        document["brands"] = [{**brand, "brand": f"{brand['brand']} {number}"} for number, brand in again]
    click.echo(pages.table(("format", "seconds", "KB"), [_measured(name, document) for name in files.FORMATS]))


def _measured(name: str, document: dict[str, Any]) -> tuple[str, str, str]:
    seconds: list[float] = []
    made: str | bytes = ""
    for _ in range(ROUNDS):
        began = time.process_time()
        made = files.FORMATS[name].render(document)
        seconds.append(time.process_time() - began)
    size = len(made if isinstance(made, bytes) else made.encode())
    return f"`{name}`", f"{min(seconds):.2f}", f"{size / 1000:,.0f}"


if __name__ == "__main__":
    main()
