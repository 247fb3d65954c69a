"""Write a file whole or not at all: another process may read it while it is written, and this one may be killed."""

import tempfile
from pathlib import Path


def write(path: Path, content: bytes) -> None:
    """Write a file that all may read, and its folder where that is not there yet; raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as temporary:
        temporary.write(content)
    Path(temporary.name).chmod(0o644)  # temporary files are their owner's alone
    Path(temporary.name).replace(path)
