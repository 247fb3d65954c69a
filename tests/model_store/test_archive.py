import hashlib
import io
import socket
import tarfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from model_store.training import archive
from settings import errors

MEMBERS = {
    "aclImdb/README": "not a review",
    "aclImdb/train/pos/0_9.txt": "Good — it's fine",
    "aclImdb/train/neg/0_1.txt": "Bad",
    "aclImdb/train/unsup/0_0.txt": "Nobody says",
    "aclImdb/train/labeledBow.feat": "9 0:9",
    "aclImdb/test/pos/0_10.txt": "Great",
    "aclImdb/test/neg/0_2.txt": "Awful",
}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def served(tmp_path):
    folder = tmp_path / "served"
    folder.mkdir()
    with tarfile.open(folder / "small.tar.gz", "w:gz") as made:
        for name, text in MEMBERS.items():
            content = text.encode()
            member = tarfile.TarInfo(name)
            member.size = len(content)
            made.addfile(member, io.BytesIO(content))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    content = (folder / "small.tar.gz").read_bytes()
    yield f"http://127.0.0.1:{server.server_port}/small.tar.gz", hashlib.sha256(content).hexdigest()
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_archive_is_fetched_verified_and_read_without_unpacking(served, tmp_path):
    url, sha256 = served
    told = []
    path = archive.fetch(tmp_path / "cache", url, sha256, told.append)
    assert told[-1] == path.stat().st_size
    data = archive.read(path, sha256)
    rows = zip(data.texts, data.labels.tolist(), data.splits, strict=True)
    assert sorted(rows) == [
        ("Awful", -1, "test"),
        ("Bad", -1, "train"),
        ("Good — it's fine", 1, "train"),
        ("Great", 1, "test"),
    ]
    assert [found.name for found in (tmp_path / "cache").iterdir()] == ["small.tar.gz"]


def test_what_was_fetched_is_not_fetched_again(served, tmp_path):
    url, sha256 = served
    path = archive.fetch(tmp_path / "cache", url, sha256)
    gone = url.replace("/small", "/gone/small")
    assert archive.fetch(tmp_path / "cache", gone, sha256) == path


def test_a_wrong_checksum_is_refused_and_nothing_is_kept(served, tmp_path):
    url, _ = served
    with pytest.raises(errors.DownloadFailed, match=r"its checksum differs.*--data"):
        archive.fetch(tmp_path / "cache", url, "0" * 64)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_file_that_the_server_does_not_have_is_said_so(served, tmp_path):
    url, sha256 = served
    with pytest.raises(errors.DownloadFailed, match="404"):
        archive.fetch(tmp_path / "cache", url.replace("small", "other"), sha256)


def test_a_server_that_does_not_answer_is_said_so(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(errors.DownloadFailed, match=f"127.0.0.1:{port}"):
        archive.fetch(tmp_path / "cache", f"http://127.0.0.1:{port}/small.tar.gz", "0" * 64)


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b\x08\x00cut"])
def test_what_is_no_archive_is_refused(tmp_path, content):
    path = tmp_path / "x.tar.gz"
    path.write_bytes(content)
    with pytest.raises(errors.UnreadableFile, match=r"x\.tar\.gz"):
        archive.read(path)


def test_an_archive_without_reviews_is_refused(tmp_path):
    path = tmp_path / "empty.tar.gz"
    tarfile.open(path, "w:gz").close()
    with pytest.raises(errors.WrongInput, match="no row"):
        archive.read(path)
