"""The content of .gz and .zst files, bounded: a few bytes can stand for gigabytes."""

import io
import zlib
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

import zstandard

#: One call to the decompressor may make 32,768 times as much of it; 64 KiB a call would read .gz faster by a quarter,
#: but lose up to 64 KiB before a damaged place.
COMPRESSED_BYTES = 1 << 11


def _gzip() -> Any:  # noqa: ANN401 - zlib names no public type
    return zlib.decompressobj(wbits=31)


def _zstd() -> Any:  # noqa: ANN401 - as above
    # Reddit's dumps are made with windows of 2 GiB.
    return zstandard.ZstdDecompressor(max_window_size=2**31).decompressobj()


#: What decompresses a part of a file, by the first bytes of the file.
KINDS: Mapping[bytes, Callable[[], Any]] = {b"\x1f\x8b": _gzip, b"\x28\xb5\x2f\xfd": _zstd}


def kind(magic: bytes) -> Callable[[], Any] | None:
    """Tell by the first bytes of a file how it is compressed, None where it is not."""
    return next((make for begins, make in KINDS.items() if magic.startswith(begins)), None)


class Decompressed(io.RawIOBase):
    """The content of a compressed file of one or more parts; ends where the file is broken, and says so in `fault`."""

    def __init__(self, file: BinaryIO, make: Callable[[], Any]) -> None:
        self._file, self._make = file, make
        self._part, self._fresh = make(), True
        self._ready = memoryview(b"")
        self.fault: str | None = None

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        """Give the next bytes of content."""
        while not self._ready and self._fill():
            pass
        given = self._ready[: len(buffer)]
        buffer[: len(given)] = given
        self._ready = self._ready[len(given) :]
        return len(given)

    def _fill(self) -> bool:
        """Decompress some more; False at the end."""
        if self.fault:
            return False
        compressed = (self._part.unused_data if self._part.eof else b"") or self._file.read(COMPRESSED_BYTES)
        if not compressed:
            if not self._part.eof and not self._fresh:
                self.fault = "the compressed file ends in the middle"
            return False
        if self._part.eof:
            self._part = self._make()
        try:
            self._fresh, self._ready = False, memoryview(self._part.decompress(compressed))
        except (zlib.error, zstandard.ZstdError) as error:
            self.fault = f"the compressed file is damaged ({error})"
            return False
        return True
