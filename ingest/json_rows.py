"""Rows of JSON, as elements or a line each, read piece by piece; nested objects become columns named with dots."""

import json
from collections.abc import Iterator
from typing import Any, TextIO

from ingest.json_window import BETWEEN, Window, give_up
from ingest.rows import Broken, Raw
from ingest.supply import Cut, Supply

DEEPEST = 20  # levels of nesting that become columns
_DECODER = json.JSONDecoder()


def decode(text: str) -> object:
    """Read one value; raises ValueError, and RecursionError where it is nested too deeply."""
    return _DECODER.decode(text)


def lines(text: Supply) -> Iterator[Raw | Broken]:
    """Read NDJSON: each line that is not blank is a row."""
    for line in text:
        number = text.number
        if isinstance(line, Cut):
            yield line.broken(number)
            continue
        if not line.strip():
            continue
        try:
            yield _row(_DECODER.decode(line), number, line)
        except ValueError as error:
            yield Broken(number, "json", f"The line is no JSON: {error}.", line)
        except RecursionError:
            yield Broken(number, "json", "The line is nested too deeply.", line)


def elements(text: TextIO) -> Iterator[Raw | Broken]:
    """Read objects that stand one behind the other, without an array around them."""
    window = Window(text)
    while window.skip(BETWEEN) and window.more():
        yield from _element(window)


def array(window: Window) -> Iterator[Raw | Broken]:
    """Read the elements of an array, from behind its opening bracket to behind its closing one or to the next page."""
    last = None
    while window.skip(BETWEEN) and window.more():
        if window.takes("]"):
            return
        for row in _element(window):
            last = row
            yield row
        if isinstance(last, Broken) and window.text.startswith("[", window.at):
            return  # the next page
    if not isinstance(last, Broken):
        yield Broken(None, "truncated", "The array is not closed: what followed is lost.")


def _element(window: Window) -> Iterator[Raw | Broken]:
    """Read one element; one that cannot be read is a reject, and reading goes on at the next that begins a line."""
    try:
        value, content = window.value()
    except RecursionError:
        yield from give_up(window, "The element is nested too deeply.")
    except ValueError as error:
        yield from give_up(window, f"The element is no JSON: {error.args[0].split(':')[0]}.")
    else:
        yield _row(value, None, content)


def _row(value: object, line: int | None, content: str) -> Raw | Broken:
    if not isinstance(value, dict):
        return Broken(line, "json", f"A row has to be an object, this is {_named(value)}.", content)
    return Raw(line, flat(value), content)


def flat(value: dict[str, Any]) -> dict[str, Any]:
    """Name the values of nested objects with dots: `user.name`."""
    if dict not in map(type, value.values()):
        return value
    flattened: dict[str, Any] = {}
    _flatten(value, "", 0, flattened)
    return flattened


def _flatten(value: dict[str, Any], prefix: str, depth: int, into: dict[str, Any]) -> None:
    for name, part in value.items():
        if type(part) is dict and depth < DEEPEST:
            _flatten(part, f"{prefix}{name}.", depth + 1, into)
        else:
            into[prefix + name] = part


def _named(value: object) -> str:
    names = {list: "an array", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
