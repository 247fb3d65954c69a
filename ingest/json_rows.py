"""JSON, as an array or a line per row, read piece by piece; nested objects become columns named with dots."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from ingest.rows import Broken, Raw

WINDOW_CHARACTERS = 1 << 18
#: An element that goes on longer is taken for a broken one.
MOST_ELEMENT_CHARACTERS = 1 << 24
DEEPEST = 20  # levels of nesting that become columns
_BETWEEN = re.compile(r"[\s,]*")
_NEXT_ELEMENT = re.compile(r"[,\n]\s*(?=\{)")
_ARRAY = re.compile(r"\s*(?:\{(?:[^\[\]]*?)\"\w+\"\s*:\s*)?\[")
_DECODER = json.JSONDecoder()


def decode(text: str) -> object:
    """Read one value; raises ValueError."""
    return _DECODER.decode(text)


def begins_array(text: str) -> bool:
    """Tell whether a text begins an array of rows, or an object that holds one."""
    return _ARRAY.match(text) is not None


def lines(text: Iterable[str]) -> Iterator[Raw | Broken]:
    """Read NDJSON: each line that is not blank is a row."""
    for number, line in enumerate(text, 1):
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
    window.skip(_ARRAY)
    while True:
        window.skip(_BETWEEN)
        if not window.more() or window.text.startswith("]", window.at):
            return
        yield from _element(window)


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

    def skip(self, pattern: re.Pattern[str]) -> None:
        """Go past what matches, however long it is."""
        while self.more():
            found = pattern.match(self.text, self.at)
            if found is None:
                return
            self.at = found.end()
            if self.at < len(self.text):
                return


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
    start = window.at
    while True:
        found = _NEXT_ELEMENT.search(window.text, start + 1)
        if found is not None:
            yield Broken(None, "json", reason, window.text[window.at : found.start()])
            window.at = found.end()
            return
        kept = len(window.text)
        if len(window.text) - window.at > MOST_ELEMENT_CHARACTERS or not window.grow():
            yield Broken(None, "json", reason, window.text[window.at :].rstrip().removesuffix("]"))
            window.at = len(window.text)
            return
        start = max(0, kept - 2)


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
