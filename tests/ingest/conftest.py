"""Read what a test writes."""

import pytest

from ingest import reading
from ingest.options import Options
from ingest.rows import Comment, Reject, block


@pytest.fixture
def read(tmp_path):
    """Write content to a file and read it: the comments, the rejects, and what was found out."""

    def read_content(content, name="rows.csv", **options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with reading.open_file(path, Options(**options)) as source:
            rows = list(source.rows())
        assert [row.record for row in rows] == list(range(1, len(rows) + 1))
        check_blocks(path, rows, 1_000, **options)
        return (
            [row for row in rows if isinstance(row, Comment)],
            [row for row in rows if isinstance(row, Reject)],
            source,
        )

    return read_content


def check_blocks(path, rows, size, **options):
    """Compare the blocks of a file with its rows, to the last field."""
    with reading.open_file(path, Options(**options)) as source:
        check_same(source.blocks(size), rows, size)


def check_same(blocks, rows, size):
    """Compare blocks of so many rows with the rows one by one."""
    found = list(blocks)
    assert [part.read for part in found] == [len(rows[at : at + size]) for at in range(0, len(rows), size)]
    for number, part in enumerate(found):
        expected = block(rows[number * size : (number + 1) * size])
        assert list(part.rejects) == list(expected.rejects)
        part.comments.validate(full=True)
        if not part.comments.equals(expected.comments):
            assert part.comments.to_pylist() == expected.comments.to_pylist()
            pytest.fail("the columns differ in their types")
