"""Write a file whole or not at all: another process may read it while it is written, and this one may be killed."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

FOR_ALL = 0o644


def write(path: Path, content: bytes) -> None:
    """Write a file that all may read, and its folder where that is not there yet; raises `OSError`."""
    with opened(path, FOR_ALL) as file:
        file.write(content)


@contextmanager
def opened(path: Path, rights: int | None = None) -> Iterator[IO[bytes]]:
    """Open a file to be written, which is there once the block has ended well; its rights, else as the umask says."""
    if path.exists() and not path.is_file() and not path.is_dir():
        with path.open("wb") as file:  # a pipe or a device: nothing may take its place
            yield file
        return
    path = path.resolve()  # of a link, what it leads to is replaced
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not by `tempfile`, whose files are their owner's alone whatever the umask says.
    begun = path.parent / f".{secrets.token_hex(8)}"
    try:
        with begun.open("xb") as file:
            yield file
        if rights is not None:
            begun.chmod(rights)
        begun.replace(path)
    except BaseException:
        begun.unlink(missing_ok=True)
        raise
