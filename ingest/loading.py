"""Load a file, or rows from Python code: a batch, block by block, each in one transaction."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import update

from database import sessions, tables
from ingest import reading
from ingest.blocks import Counts, last_comment_id, save_block
from ingest.options import Options
from ingest.rows import Block
from ingest.target import Target
from settings import environment, errors, logs

BLOCK_ROWS = 5_000

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Queue:
    """What becomes of the loaded comments: a job with this model version, in chunks of this size."""

    model_id: int
    chunk_size_comments: int = BLOCK_ROWS
    #: called with the id of each chunk, after its transaction is committed
    queue_chunk: Callable[[int], None] = lambda _chunk_id: None


@dataclass(frozen=True)
class Loaded:
    """A batch that was loaded."""

    batch_id: int
    counts: Counts


def load_file(
    database_url: str,
    path: Path | str,
    options: Options,
    *,
    queue: Queue | None = None,
    replace: bool = False,
    progress: Callable[[float], None] = lambda _rows: None,
) -> Loaded:
    """Load a file, or standard input where the path is `-`.

    Args:
        database_url: where to.
        path: what to load.
        options: how to read it.
        queue: what scores it; None only loads.
        replace: replace the text of known comments where it changed, and score them again.
        progress: told the rows read so far.

    Raises:
        errors.UnreadableFile: nothing can be read from it.
        errors.UnknownColumn: it has no column for the text, or not one that the options name.

    """
    with reading.open_file(path, options) as source:
        return _load(database_url, source, options, queue, progress, replace=replace)


def load_comments(
    rows: Iterable[Mapping[str, object]],
    *,
    database_url: str,
    options: Options | None = None,
    name: str = "list",
    queue: Queue | None = None,
    replace: bool = False,
) -> Loaded:
    """Load rows from Python code, each a mapping of column to value; as `load_file` does."""
    options = options or Options()
    source = reading.read_mappings(rows, options, name)
    return _load(database_url, source, options, queue, lambda _rows: None, replace=replace)


def _load(
    database_url: str,
    source: reading.Reading,
    options: Options,
    queue: Queue | None,
    progress: Callable[[float], None],
    *,
    replace: bool,
) -> Loaded:
    started = time.monotonic()
    batch_id = _begin(database_url, source, options)
    model_id = queue.model_id if queue else None
    target = Target(
        batch_id,
        source.sha256,
        model_id,
        environment.author_key(),  # asked for here, so that no way of loading can leave it out
        replace=replace,
    )
    total = Counts()
    try:
        for block in _ahead(source.blocks(queue.chunk_size_comments if queue else BLOCK_ROWS)):
            with sessions.writing(database_url) as session:
                counts, chunk_ids = save_block(session, target, block)
            if queue is not None:
                for chunk_id in chunk_ids:
                    queue.queue_chunk(chunk_id)
            total = total.plus(counts)
            progress(total.read)
    except BaseException as error:
        logger.warning("batch stopped", extra=logs.fields(batch=batch_id, **total._asdict()))
        # Where the database itself is gone the batch stays `loading`; what stopped it is raised either way.
        with suppress(errors.DatabaseError):
            _end(database_url, batch_id, "failed", f"Stopped after {total.read:,} rows: {_said(error)}")
        raise
    _end(database_url, batch_id, "loaded")
    seconds = round(time.monotonic() - started, 3)
    logger.info("batch loaded", extra=logs.fields(batch=batch_id, **total._asdict(), seconds=seconds))
    return Loaded(batch_id, total)


def _begin(database_url: str, source: reading.Reading, options: Options) -> int:
    """Make the batch; gives its id."""
    with sessions.writing(database_url) as session:
        last = last_comment_id(session)
        batch = tables.Batch(
            name=source.name,
            sha256=source.sha256,
            format=source.format,
            options=_as_json(options) | {"columns": dict(source.mapping)},
            # The range of nothing, until its first comments are there.
            first_comment_id=last + 1,
            last_comment_id=last,
            created_at=datetime.now(UTC),
        )
        session.add(batch)
        session.flush()
        return batch.id


def _end(database_url: str, batch_id: int, state: str, error: str | None = None) -> None:
    batch = tables.Batch
    with sessions.writing(database_url) as session:
        session.execute(
            update(batch).where(batch.id == batch_id).values(state=state, error=error, finished_at=datetime.now(UTC))
        )


def _ahead(blocks: Iterator[Block]) -> Iterator[Block]:
    """Read the next block while the database takes the one before."""
    with ThreadPoolExecutor(1, "reading") as reader:
        coming = reader.submit(next, blocks, None)
        while (block := coming.result()) is not None:
            coming = reader.submit(next, blocks, None)
            yield block


def _as_json(options: Options) -> dict[str, Any]:
    return {name: dict(value) if isinstance(value, Mapping) else value for name, value in asdict(options).items()}


def _said(error: BaseException) -> str:
    return str(error) if isinstance(error, errors.BrandpulseError) else f"{type(error).__name__} {error}".strip()
