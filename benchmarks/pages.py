"""Tables on pages: Markdown, and the places between marks that a program fills."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from settings import errors

END = "<!-- the end of what it made -->"


def begin(module: str) -> str:
    """Give the mark that what a program makes stands behind."""
    return f"<!-- made by python -m {module} -->"


def around(page: Path, module: str) -> tuple[str, str]:
    """Read what stands on a page before and after what a program makes, the marks included.

    Raises:
        errors.WrongInput: the page does not have the marks.

    """
    before, mark, rest = page.read_text(encoding="utf-8").partition(begin(module))
    _, end, after = rest.partition(END)
    if not mark or not end:
        raise errors.WrongInput(f"{page} has no place for the table: it needs the lines {begin(module)} and {END}.")
    return before + mark, end + after


def table(header: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Write a table; all columns but the first are numbers."""
    rule = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join(f"| {' | '.join(line)} |" for line in (header, rule, *lines))
