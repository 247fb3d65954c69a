"""Text in any encoding as UTF-8 bytes, so that there is one way to read rows."""

import codecs
import io
from typing import Any, BinaryIO

PIECE_BYTES = 1 << 16


class Transcoded(io.RawIOBase):
    """The bytes of a text as UTF-8; raises UnicodeError where the text ends to be one, after all that came before."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._ready = memoryview(b"")
        self._ended = False
        self._fault: UnicodeDecodeError | None = None

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        """Give the next bytes."""
        while not self._ready and not self._ended:
            self._fill()
        if not self._ready and self._fault is not None:
            raise self._fault
        given = self._ready[: len(buffer)]
        buffer[: len(given)] = given
        self._ready = self._ready[len(given) :]
        return len(given)

    def _fill(self) -> None:
        piece = self._stream.read(PIECE_BYTES)
        before = self._decoder.getstate()
        try:
            text = self._decoder.decode(piece, final=not piece)
            self._ended = not piece
        except UnicodeDecodeError as error:
            self._ended, self._fault = True, error
            # Some decoders forget what they hold of the piece before.
            self._decoder.setstate(before)
            text = self._decoder.decode(piece[: max(0, error.start - (len(error.object) - len(piece)))])
        self._ready = memoryview(text.encode("utf-8", "surrogatepass"))
