"""The arrays of a JSON text: which of them hold the rows, and what is said of the others.

An export is an array of objects, or an object that holds one among what else it says. Pages of an API that were put one
behind the other are several of either. Nothing but one row is ever held.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import NamedTuple, TextIO

from ingest import columns, json_rows
from ingest.json_rows import DEEPEST
from ingest.json_window import BETWEEN, Window, give_up
from ingest.rows import Broken, Raw

_ARRAY = re.compile(r"\s*(?:\{(?:[^\[\]]*?)\"\w+\"\s*:\s*)?\[")
_BLANK = re.compile(r"\s*")
#: What holds nothing where it stands outside of all arrays and objects.
_OUTSIDE = re.compile(r"[\s,;\]}]*")


def begins_array(text: str) -> bool:
    """Tell whether a text begins an array of rows, or an object that holds one."""
    return _ARRAY.match(text) is not None


def rows(text: TextIO, mapping: Mapping[str, str]) -> Iterator[Raw | Broken]:
    """Read the rows of a text that begins so."""
    return Arrays(Window(text), mapping).rows()


class Place(NamedTuple):
    """Where an array stands."""

    #: the names of the objects around it; the outermost has none
    around: tuple[str, ...]
    #: none where nothing is around it
    name: str

    def __str__(self) -> str:
        return ".".join([*self.around[1:], self.name]) or "[]"


class Arrays:
    """A text with arrays, and where in it reading is.

    The first array of objects holds rows, and so do those of the same place in what follows. One beside it does where
    its first object has the text in the same column: replies beside comments do, users beside posts do not, though the
    description of a user would pass for a text.
    """

    def __init__(self, window: Window, mapping: Mapping[str, str]) -> None:
        self._window, self._mapping = window, mapping
        #: names of the objects around, as in `Place`
        self._around: list[str] = []
        #: where the rows stand, and the column of their text
        self._of_rows: Place | None = None
        self._text = next((column for column, field in mapping.items() if field == "text"), None)
        #: how the outermost object begins and where, and whether it held an array
        self._beginning, self._begins, self._has_array = "", 0, False

    def rows(self) -> Iterator[Raw | Broken]:
        """Read the rows; what is not read, but for members that are no arrays, is a reject."""
        last = None
        for last in self._parts():
            yield last
        if self._around and not isinstance(last, Broken):
            yield Broken(None, "truncated", "The object around the rows is not closed: what followed is lost.")

    def _parts(self) -> Iterator[Raw | Broken]:
        window = self._window
        while True:
            window.skip(BETWEEN if self._around else _OUTSIDE)
            if not window.more():
                return
            try:
                found = self._next()
            except (ValueError, RecursionError):
                yield from give_up(window, "What stands here, outside of the rows, is no JSON.")
                self._around.clear()
                continue
            if isinstance(found, Place):
                yield from self._array(found)
            elif found is not None:
                yield found

    def _next(self) -> Place | Broken | None:
        """Go past a bracket, a brace, or a member that is no array; raises ValueError where it is no JSON."""
        window = self._window
        if window.text[window.at] == "[":  # behind a page that broke off
            self._around.clear()
        if not self._around:
            return self._value("")
        if window.takes("}"):
            self._around.pop()
            return None if self._around or self._has_array else self._no_array()
        name, _ = window.value()
        window.skip(_BLANK)
        if not isinstance(name, str) or not window.takes(":"):
            raise ValueError(name)
        window.skip(_BLANK)
        return self._value(name[: columns.LONGEST_NAME_CHARACTERS])

    def _value(self, name: str) -> Place | Broken | None:
        window, is_outermost = self._window, not self._around
        if window.takes("["):
            self._has_array = True
            return Place(tuple(self._around), name)
        if is_outermost:
            self._beginning, self._begins, self._has_array = window.beginning(), window.position, False
        if window.takes("{"):
            if len(self._around) == DEEPEST:
                raise ValueError(name)
            self._around.append(name)
            return None
        _, content = window.value()
        return Broken(None, "json", "A value beside the arrays is not read.", content) if is_outermost else None

    def _no_array(self) -> Broken:
        content = self._beginning[: self._window.position - self._begins]
        return Broken(None, "json", "An object beside the arrays is not read: it holds none.", content)

    def _array(self, place: Place) -> Iterator[Raw | Broken]:
        """Read an array; one that holds no rows is one reject."""
        elements = json_rows.array(self._window)
        first = next(elements, None)
        if first is None:
            return
        reason = self._refusal(place, first)
        if reason is None:
            self._of_rows = self._of_rows or place
            yield from map(self._seen, chain([first], elements))
        else:
            count = 1 + sum(1 for _ in elements)
            yield Broken(None, "json", f'The array "{place}", {count:,} long, is not read: {reason}', first.content)

    def _refusal(self, place: Place, first: Raw | Broken) -> str | None:
        """Say why an array holds no rows, None where it does."""
        if place.around and first.content is not None and not first.content.startswith(("{", "null")):
            return "it holds no objects."
        if place == (self._of_rows or place):
            return None
        if self._of_rows and place.around == self._of_rows.around and isinstance(first, Raw):
            text = self._text or columns.choose(first.values, self._mapping).get("text")
            if text in first.values:
                return None
        return (
            f'rows are those of "{self._of_rows}", and of arrays beside it with their text in the same column. '
            "Make a file of it alone."
        )

    def _seen(self, row: Raw | Broken) -> Raw | Broken:
        if self._text is None and isinstance(row, Raw):
            self._text = columns.choose(row.values, self._mapping).get("text")
        return row
