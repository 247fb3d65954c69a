"""The bytes of a delimited text, a window at a time, and its lines where rows are read one by one."""

import re
from collections.abc import Iterator
from typing import Any

from ingest.rows import CONTENT_CHARACTERS, Broken

#: What a call to pyarrow's reader costs beside its rows (0.3 ms) is a hundredth of reading so much.
WINDOW_BYTES = 1 << 22
#: A longer line is no row: a few compressed kilobytes can stand for one of gigabytes.
MOST_LINE_BYTES = 1 << 24
_LINE_END = re.compile(rb"\r\n|\n|\r")


class Cut(str):
    """The beginning of a line that is longer than `MOST_LINE_BYTES`; its rest is let go."""

    __slots__ = ()

    def broken(self, number: int) -> Broken:
        """Give the reject that it is."""
        return Broken(
            number, "long_row", f"The line has more than {MOST_LINE_BYTES:,} bytes.", self[:CONTENT_CHARACTERS]
        )


class Supply:
    """A text of UTF-8 bytes; reading is at byte `at` of `data`, after line `number`."""

    def __init__(self, stream: Any) -> None:  # noqa: ANN401 - whatever has `read`
        self._stream = stream
        self.data = b""
        self.at = 0
        self.number = 0
        #: nothing follows `data`
        self.ended = False
        self._fault: UnicodeError | None = None

    def grow(self) -> bool:
        """Let go what was read, and read on; False at the end; raises UnicodeError where the text breaks off.

        The last line gets a line end where it has none, unless the text breaks off there.
        """
        if self.ended:
            if self._fault is not None:
                raise self._fault
            return False
        rest = self.data[self.at :]
        more = self._read(max(WINDOW_BYTES, len(rest)))
        self.data, self.at = rest + more, 0
        if self.ended and self._fault is None and self.data and self.data[-1] not in b"\r\n":
            self.data += b"\n"
        return True

    def use(self, size_bytes: int, lines: int) -> None:
        """Go on after so many bytes, which are so many lines."""
        self.at += size_bytes
        self.number += lines

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        beginning = b""
        found = _LINE_END.search(self.data, self.at)
        # A carriage return at the end of a window may be half of a line end.
        while found is None or (found.end() == len(self.data) and not self.ended):
            if found is None and (beginning or len(self.data) - self.at > MOST_LINE_BYTES):
                beginning, self.at = beginning or self._beginning(), len(self.data)
            if not self.grow():
                break
            found = _LINE_END.search(self.data, self.at)
        if found is None and not beginning:
            raise StopIteration
        end = len(self.data) if found is None else found.end()
        if end - self.at > MOST_LINE_BYTES:
            beginning = beginning or self._beginning()
        line = self.data[self.at : end] if not beginning else beginning + b"\n"
        self.use(end - self.at, 1)
        return (Cut if beginning else str)(line.decode("utf-8", "surrogateescape"))

    def _beginning(self) -> bytes:
        """Give of a line that is too long so much that it is one when it is given back."""
        return self.data[self.at : self.at + MOST_LINE_BYTES + 1]

    def give_back(self, lines: list[str]) -> None:
        """Put lines back in front."""
        back = "".join(lines).encode("utf-8", "surrogateescape")
        if len(back) <= self.at:
            self.at -= len(back)
        else:  # they began in a window that was let go
            self.data, self.at = back + self.data[self.at :], 0
        self.number -= len(lines)

    def _read(self, least_bytes: int) -> bytes:
        pieces: list[bytes] = []
        missing = least_bytes
        try:
            while missing > 0 and (piece := self._stream.read(missing)):
                pieces.append(piece)
                missing -= len(piece)
        except UnicodeError as error:
            self._fault = error
        self.ended = missing > 0
        return b"".join(pieces)
