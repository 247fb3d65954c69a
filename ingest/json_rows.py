"""JSON, as an array or a line per row, read piece by piece; nested objects become columns named with dots."""

import json
import re
from collections.abc import Iterator
from typing import Any, TextIO

from ingest.rows import Broken, Raw
from ingest.supply import Cut, Supply

WINDOW_CHARACTERS = 1 << 18
#: An element that goes on longer is taken for a broken one.
MOST_ELEMENT_CHARACTERS = 1 << 24
DEEPEST = 20  # levels of nesting that become columns
_BETWEEN = re.compile(r"[\s,]*")
#: What may stand between elements, as long as it goes on: a pattern that looks ahead for what follows would go over
#: a megabyte of blanks once for each of them.
_GAP = re.compile(r"[\s,]++")
_ARRAY = re.compile(r"\s*(?:\{(?:[^\[\]]*?)\"\w+\"\s*:\s*)?\[")
_DECODER = json.JSONDecoder()


def decode(text: str) -> object:
    """Read one value; raises ValueError, and RecursionError where it is nested too deeply."""
    return _DECODER.decode(text)


def begins_array(text: str) -> bool:
    """Tell whether a text begins an array of rows, or an object that holds one."""
    return _ARRAY.match(text) is not None


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


def array(text: TextIO) -> Iterator[Raw | Broken]:
    """Read an array of objects, or an object that holds one, without ever holding the whole of it."""
    window = Window(text)
    is_open, last = window.skip(_ARRAY), None
    while True:
        window.skip(_BETWEEN)
        if not window.more():
            break
        if window.text.startswith("]", window.at):
            return
        for row in _element(window):
            last = row
            yield row
    if is_open and not isinstance(last, Broken):
        yield Broken(None, "truncated", "The array is not closed: what followed is lost.")


class Window:
    """The part of a text that is being read: grows at its end, is let go at its beginning."""

    def __init__(self, text: TextIO) -> None:
        self._source = text
        self.text = ""
        self.at = 0

    def more(self) -> bool:
        """Tell whether something is left, after reading on where nothing is."""
        return self.at < len(self.text) or self.grow()

    def grow(self) -> bool:
        """Read on; False at the end of the text."""
        piece = self._source.read(max(WINDOW_CHARACTERS, len(self.text) - self.at))
        self.text, self.at = self.text[self.at :] + piece, 0
        return bool(piece)

    def skip(self, pattern: re.Pattern[str]) -> bool:
        """Go past what matches, however long it is, and tell whether anything did."""
        has_matched = False
        while self.more() and (found := pattern.match(self.text, self.at)):
            self.at, has_matched = found.end(), True
            if self.at < len(self.text):
                break
        return has_matched


def _element(window: Window) -> Iterator[Raw | Broken]:
    """Read one element; one that cannot be read is a reject, and reading goes on at the next that begins a line."""
    while True:
        try:
            value, end = _DECODER.raw_decode(window.text, window.at)
        except RecursionError:
            yield from _broken(window, "The element is nested too deeply.")
            return
        except ValueError as error:
            ends_early = len(window.text) - window.at < MOST_ELEMENT_CHARACTERS and _may_go_on(error, window)
            if ends_early and window.grow():
                continue
            yield from _broken(window, f"The element is no JSON: {error.args[0].split(':')[0]}.")
            return
        if end == len(window.text) and window.grow():
            continue  # of a number there may be more
        content = window.text[window.at : end]
        window.at = end
        yield _row(value, None, content)
        return


def _may_go_on(error: ValueError, window: Window) -> bool:
    """Tell whether the element may only be cut off by the end of the window."""
    if not isinstance(error, json.JSONDecodeError):
        return False
    return (
        error.msg.startswith("Unterminated string") or error.pos >= len(window.text) - 8
    )  # of a literal such as false


def _broken(window: Window, reason: str) -> Iterator[Broken]:
    """Give up an element: the next one is where a brace follows a comma or the end of a line."""
    at = window.at + 1
    while True:
        for gap in _GAP.finditer(window.text, at):
            if window.text.startswith("{", gap.end()) and not {",", "\n"}.isdisjoint(gap[0]):
                yield Broken(None, "json", reason, window.text[window.at : gap.start()])
                window.at = gap.end()
                return
            at = gap.start()
        at -= window.at  # the last gap may go on
        if len(window.text) - window.at > MOST_ELEMENT_CHARACTERS or not window.grow():
            yield Broken(None, "json", reason, window.text[window.at :].rstrip().removesuffix("]"))
            window.at = len(window.text)
            return


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
