"""The part of a JSON text that is being read: values out of it, and the way on from what is none."""

import json
import re
from collections.abc import Iterator
from typing import TextIO

from ingest.rows import CONTENT_CHARACTERS, Broken

WINDOW_CHARACTERS = 1 << 18
#: An element that goes on longer is taken for a broken one.
MOST_ELEMENT_CHARACTERS = 1 << 24
BETWEEN = re.compile(r"[\s,]*")
#: What may stand between elements, as long as it goes on: a pattern that looks ahead for what follows would go over
#: a megabyte of blanks once for each of them.
_GAP = re.compile(r"[\s,]++")
_DECODER = json.JSONDecoder()


class Window:
    """The part of a text that is being read: grows at its end, is let go at its beginning."""

    def __init__(self, text: TextIO) -> None:
        self._source = text
        self.text = ""
        self.at = 0
        self._gone = 0

    @property
    def position(self) -> int:
        """How many characters were read."""
        return self._gone + self.at

    def more(self) -> bool:
        """Tell whether something is left, after reading on where nothing is."""
        return self.at < len(self.text) or self.grow()

    def grow(self) -> bool:
        """Read on; False at the end of the text."""
        piece = self._source.read(max(WINDOW_CHARACTERS, len(self.text) - self.at))
        self._gone += self.at
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

    def takes(self, sign: str) -> bool:
        """Go past a sign if it is what follows."""
        if not self.more() or self.text[self.at] != sign:
            return False
        self.at += 1
        return True

    def beginning(self) -> str:
        """Give so much of what follows as a reject keeps."""
        while len(self.text) - self.at < CONTENT_CHARACTERS and self.grow():
            pass
        return self.text[self.at : self.at + CONTENT_CHARACTERS]

    def value(self) -> tuple[object, str]:
        """Read the value that follows, and give it with how it stands.

        Raises:
            ValueError: it is no JSON, or longer than `MOST_ELEMENT_CHARACTERS`.
            RecursionError: it is nested too deeply.

        """
        while True:
            try:
                found, end = _DECODER.raw_decode(self.text, self.at)
            except ValueError as error:
                ends_early = len(self.text) - self.at < MOST_ELEMENT_CHARACTERS and self._may_go_on(error)
                if ends_early and self.grow():
                    continue
                raise
            length = end - self.at
            if end + 2 >= len(self.text) and self.grow():
                continue  # of a number there may be more, though it may go on with e+
            content = self.text[self.at : self.at + length]
            self.at += length
            return found, content

    def _may_go_on(self, error: ValueError) -> bool:
        """Tell whether a value may only be cut off by the end of the window."""
        if not isinstance(error, json.JSONDecodeError):
            return False
        # The eight are of a literal such as false.
        return error.msg.startswith("Unterminated string") or error.pos >= len(self.text) - 8


def give_up(window: Window, reason: str) -> Iterator[Broken]:
    """Give up what cannot be read: the next is where a brace follows a comma or the end of a line, or a line is a page.

    The bracket of a page is the first character of its line, which that of an array in a row hardly ever is.
    """
    at = window.at + 1
    while True:
        for gap in _GAP.finditer(window.text, at):
            is_row = window.text.startswith("{", gap.end()) and not {",", "\n"}.isdisjoint(gap[0])
            is_page = window.text.startswith("[", gap.end()) and gap[0].endswith("\n")
            if is_row or is_page:
                content = window.text[window.at : gap.start()]
                yield Broken(None, "json", reason, content.removesuffix("]") if is_page else content)
                window.at = gap.end()
                return
            at = gap.start()
        at -= window.at  # the last gap may go on
        if len(window.text) - window.at > MOST_ELEMENT_CHARACTERS or not window.grow():
            yield Broken(None, "json", reason, window.text[window.at :].rstrip().removesuffix("]"))
            window.at = len(window.text)
            return
