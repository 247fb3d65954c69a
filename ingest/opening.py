"""Open what is to be read: a file or standard input, compressed or not, in whatever encoding."""

import codecs
import hashlib
import io
import shutil
import stat
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from charset_normalizer import from_bytes

from ingest import decompression
from ingest.transcoding import Transcoded
from settings import errors

SAMPLE_BYTES = 1 << 18
#: What people send by mistake, by its first bytes.
NOT_TEXT = {
    b"PK\x03\x04": "a zip archive or an Excel workbook: unpack it, or save the sheet as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook: save the sheet as CSV",
    b"%PDF": "a PDF: export the comments as CSV or JSON",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"SQLite format 3": "an SQLite database: export the table as CSV",
}
BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
#: Of a megabyte of UTF-8 with this share of broken characters the rest is still UTF-8.
MOST_BROKEN = 0.1


class Opened:
    """A file that can be read more than once: its name, checksum, and where reading is."""

    def __init__(self, path: Path | str) -> None:
        # A name that is no UTF-8 is kept with its odd bytes written out: no database takes them.
        self.name = "standard input" if str(path) == "-" else str(path).encode("utf-8", "backslashreplace").decode()
        self._file = _spooled() if str(path) == "-" else _open(Path(path))
        try:
            self.size_bytes = self._file.seek(0, io.SEEK_END)
            self._file.seek(0)
            self.sha256 = hashlib.file_digest(cast("io.BufferedReader", self._file), "sha256").hexdigest()
            self._file.seek(0)
            self.magic = self._file.read(16)
        except OSError as error:
            self._file.close()
            raise errors.UnreadableFile(f"{self.name} cannot be read: {error.strerror or error}.") from None
        self._stream: decompression.Decompressed | None = None
        self._text: io.TextIOWrapper | None = None

    def close(self) -> None:
        """Close the file."""
        if self._text is not None:
            self._text.close()
        self._file.close()

    @property
    def file(self) -> BinaryIO:
        """The file itself, from its beginning."""
        self._file.seek(0)
        return self._file

    def position_bytes(self) -> int:
        """Tell how much of the file was read."""
        return self._file.tell()

    def stream(self) -> BinaryIO:
        """Read the file from its beginning, decompressed."""
        compressed = decompression.kind(self.magic)
        if compressed is None:
            return self.file
        self._stream = decompression.Decompressed(self.file, compressed)
        return io.BufferedReader(self._stream, SAMPLE_BYTES)

    def utf8(self, encoding: str) -> io.RawIOBase | BinaryIO:
        """Read the file from its beginning as UTF-8, without a byte order mark; raises UnicodeError where it is none.

        In a file of UTF-8 nothing is looked at: broken bytes stay what they are.
        """
        stream = self.stream()
        if encoding == "utf-8-sig":
            stream.read(len(codecs.BOM_UTF8))
        return stream if encoding.startswith("utf-8") else Transcoded(stream, encoding)

    def text(self, encoding: str) -> TextIO:
        """Read the file from its beginning as text, line ends as they are."""
        # Broken bytes become lone surrogates, which cleaning finds: one row is refused, not the file.
        stream = cast("BinaryIO", self.utf8(encoding))
        self._text = io.TextIOWrapper(stream, "utf-8", errors="surrogateescape", newline="")
        return self._text

    def sample(self) -> bytes:
        """Read the beginning of the content."""
        return self.stream().read(SAMPLE_BYTES)

    def fault(self) -> str | None:
        """Say what broke off the decompression, None where nothing did."""
        return self._stream.fault if self._stream else None


def check(path: Path | str) -> None:
    """Find out whether a file can be opened, before others are loaded.

    Raises:
        errors.UnreadableFile: it cannot.

    """
    if str(path) != "-":
        _open(Path(path)).close()


def encoding(sample: bytes, place: str) -> str:
    """Find the encoding of a text by its beginning.

    Raises:
        errors.UnreadableFile: it is no text.

    """
    for magic, what in NOT_TEXT.items():
        if sample.startswith(magic):
            raise errors.UnreadableFile(f"{place} is {what}.")
    for mark, name in BYTE_ORDER_MARKS.items():
        if sample.startswith(mark):
            return name
    broken = sample.decode("utf-8", "replace")[:-1].count("\N{REPLACEMENT CHARACTER}")
    if broken <= MOST_BROKEN * sum(byte >= 0x80 for byte in sample):  # noqa: PLR2004 - what is not ASCII
        return "utf-8"
    matches = from_bytes(sample)
    if not matches:  # the sample may end in the middle of a character
        matches = from_bytes(sample[: sample.rfind(b"\n") + 1])
    found = matches.best()
    if found is None:
        raise errors.UnreadableFile(
            f"{place} is no text that can be read: export the comments as CSV or JSON in UTF-8."
        )
    # Windows-1250 and -1257 fit most western texts as well as -1252, which is what programs write.
    western = any("cp1252" in match.could_be_from_charset and match.coherence >= found.coherence for match in matches)
    return "cp1252" if western else found.encoding


def _open(path: Path) -> BinaryIO:
    try:
        # Before it is opened: a pipe without a writer would be waited for, and one with a writer be broken.
        kind = path.stat().st_mode
        if not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):
            raise errors.UnreadableFile(
                f"{path} is a pipe or a device, no file: give what it holds to standard input, as in "
                "`cat PIPE | brandpulse ingest -`."
            )
        return path.open("rb")
    except (OSError, ValueError) as error:  # the latter where the name holds NUL
        raise errors.UnreadableFile(f"{path} cannot be opened: {getattr(error, 'strerror', None) or error}.") from None


def _spooled() -> BinaryIO:
    """Keep standard input in a temporary file: its checksum is wanted before its rows."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `Opened.close`
    try:
        shutil.copyfileobj(sys.stdin.buffer, file)
    except OSError as error:
        file.close()
        raise errors.UnreadableFile(
            f"Standard input cannot be kept in {tempfile.gettempdir()}: {error.strerror or error}. Name another folder "
            "by TMPDIR."
        ) from None
    return file
