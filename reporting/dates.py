"""Days in words, for people."""

from datetime import date


def day(iso: str) -> str:
    """Write a day, as 9 November 2026."""
    one = date.fromisoformat(iso)
    return f"{one.day} {one:%B %Y}"


def span(first: str, last: str) -> str:
    """Write a period and what its ends share once, as 3 to 9 November 2026."""
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    if begin == end:
        return day(first)
    said = f"{begin.day}"
    if (begin.year, begin.month) != (end.year, end.month):
        said += f" {begin:%B}"
    if begin.year != end.year:
        said += f" {begin.year}"
    return f"{said} to {day(last)}"
