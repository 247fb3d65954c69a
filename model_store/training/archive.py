"""The film reviews of Maas et al. (2011), fetched from their public address and read straight from the archive."""

import tarfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from model_store.training import labelled
from model_store.training.labelled import Labelled
from settings import errors

URL = "https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz"
SIZE_BYTES = 84_125_825
SHA256 = "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe"
_LABELS = {"neg": "negative", "pos": "positive"}


class Bytes:
    """What pooch takes for a progress bar: tells how many bytes have come."""

    total = 0

    def __init__(self, on_bytes: Callable[[float], None]) -> None:
        """Take whom to tell."""
        self._done = 0
        self._on_bytes = on_bytes

    def update(self, count: int) -> None:
        """Take note of some more bytes."""
        self._done += count
        self._on_bytes(self._done)

    def reset(self) -> None:
        """Begin again, as pooch does to tell the whole number at the end."""
        self._done = 0

    def close(self) -> None:
        """Do nothing more."""


def fetch(
    folder: Path, url: str = URL, sha256: str = SHA256, on_bytes: Callable[[float], None] = lambda _done: None
) -> Path:
    """Download the archive to a folder, unless it is there already; its checksum is verified each time.

    Raises:
        errors.DownloadFailed: the server does not answer, or sends something else.

    """
    import pooch  # noqa: PLC0415 - 0.2 s that only a fetch needs
    import requests  # noqa: PLC0415 - as above

    pooch.get_logger().setLevel("ERROR")
    try:
        return Path(
            pooch.retrieve(
                url,
                known_hash=f"sha256:{sha256}",
                fname=PurePosixPath(url).name,
                path=folder.expanduser(),
                downloader=pooch.HTTPDownloader(progressbar=Bytes(on_bytes)),
            )
        )
    except (requests.RequestException, OSError) as error:
        reason = f"{type(error).__name__}: {error}"
    except ValueError:  # pooch's way to say that the checksum differs
        reason = "what came is not the expected file: its checksum differs"
    raise errors.DownloadFailed(
        f"The data set could not be had from {url} ({reason}). Fetch it yourself and name it with --data."
    )


def read(path: Path, sha256: str = SHA256) -> Labelled:
    """Read the labelled reviews of both splits, 25,000 each, without unpacking 100,000 files.

    Raises:
        errors.UnreadableFile: it is no such archive.

    """
    rows: list[tuple[str, str, str]] = []
    try:
        with tarfile.open(path, "r|gz") as archive:
            for member in archive:
                place = PurePosixPath(member.name).parts
                if member.isfile() and len(place) == 4 and place[1] in {"train", "test"} and place[2] in _LABELS:  # noqa: PLR2004 - aclImdb/train/pos/0_9.txt
                    content = archive.extractfile(member)
                    assert content is not None
                    rows.append((content.read().decode(), _LABELS[place[2]], place[1]))
    except (OSError, tarfile.TarError, EOFError, UnicodeDecodeError) as error:
        raise errors.UnreadableFile(f"{path} is not the archive of film reviews: {error}.") from error
    texts, sentiments, splits = zip(*rows, strict=True) if rows else ((), (), ())
    return labelled.assemble(path.name, sha256, text=texts, sentiment=sentiments, split=splits)
