"""The bytes of a delimited text, a window at a time, and its lines where rows are read one by one."""

import re
from collections.abc import Iterator
from typing import Any

#: What a call to pyarrow's reader costs beside its rows (0.3 ms) is a hundredth of reading so much.
WINDOW_BYTES = 1 << 22
_LINE_END = re.compile(rb"\r\n|\n|\r")


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
        found = _LINE_END.search(self.data, self.at)
        # A carriage return at the end of a window may be half of a line end.
        while found is None or (found.end() == len(self.data) and not self.ended):
            if not self.grow():
                break
            found = _LINE_END.search(self.data, self.at)
        if found is None:
            raise StopIteration
        line = self.data[self.at : found.end()].decode("utf-8", "surrogateescape")
        self.use(found.end() - self.at, 1)
        return line

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
