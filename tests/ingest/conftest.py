"""Read what a test writes."""

import pytest

from ingest import reading
from ingest.options import Options
from ingest.rows import Comment, Reject


@pytest.fixture
def read(tmp_path):
    """Write content to a file and read it: the comments, the rejects, and what was found out."""

    def read_content(content, name="rows.csv", **options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with reading.open_file(path, Options(**options)) as source:
            rows = list(source.rows())
        assert [row.record for row in rows] == list(range(1, len(rows) + 1))
        return (
            [row for row in rows if isinstance(row, Comment)],
            [row for row in rows if isinstance(row, Reject)],
            source,
        )

    return read_content
