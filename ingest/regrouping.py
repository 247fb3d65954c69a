"""Blocks of another size, without looking into their rows."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa

from ingest.rows import Block

#: A block of longer texts holds fewer rows: 10,000 of 100,000 characters would be a gigabyte.
MOST_BYTES = 1 << 26


def of_size(blocks: Iterable[Block], rows: int) -> Iterator[Block]:
    """Cut and join blocks that follow each other to such as hold so many rows each, the last one fewer.

    What holds more than `MOST_BYTES` before that is a block too.
    """
    parts: list[Block] = []
    missing = rows
    for whole in blocks:
        rest = whole
        while rest.read >= missing:
            part, rest = _cut(rest, missing)
            yield _joined([*parts, part])
            parts, missing = [], rows
        if rest.read:
            parts.append(rest)
            missing -= rest.read
        if sum(part.comments.nbytes for part in parts) > MOST_BYTES:
            yield _joined(parts)
            parts, missing = [], rows
    if parts:
        yield _joined(parts)


def _cut(block: Block, rows: int) -> tuple[Block, Block]:
    """Part the first rows from the rest."""
    commented = block.comments.column("record").to_numpy()
    rejected = [reject.record for reject in block.rejects]
    last = min([*commented[:1], *rejected[:1]]) + rows - 1
    comments, rejects = int(np.searchsorted(commented, last, "right")), bisect_right(rejected, last)
    return (
        Block(block.comments[:comments], block.rejects[:rejects]),
        Block(block.comments[comments:], block.rejects[rejects:]),
    )


def _joined(blocks: list[Block]) -> Block:
    if len(blocks) == 1:
        return blocks[0]
    return Block(pa.concat_batches([part.comments for part in blocks]), [r for part in blocks for r in part.rejects])
