"""Load files with a progress bar, and say what became of their rows; shared by `run` and `ingest`."""

from collections.abc import Sequence
from pathlib import Path

from cli import output
from ingest import opening
from ingest.loading import Loaded, Queue, load_file
from ingest.options import Options
from settings import environment


def load(files: Sequence[str], reading: Options, queue: Queue, *, replace: bool = False) -> list[Loaded]:
    """Load files, or standard input where one is `-`; none is loaded where one cannot be opened."""
    for file in files:
        opening.check(file)
    return [_load(file, reading, queue, replace=replace) for file in files]


def _load(file: str, reading: Options, queue: Queue, *, replace: bool) -> Loaded:
    url = environment.load().database_url
    with output.progress(f"loading {Path(file).name if file != '-' else 'standard input'}") as advance:
        return load_file(url, file, reading, queue=queue, replace=replace, progress=advance)


def described(batch: Loaded) -> dict[str, int]:
    """Give a batch as `--json` shows it."""
    return {"id": batch.batch_id, **batch.counts._asdict()}


def sentence(file: str, batch: Loaded) -> str:
    """Say what became of a file's rows."""
    counts = batch.counts
    line = (
        f"{file}: batch {batch.batch_id}, {counts.read:,} rows read = {counts.loaded:,} loaded"
        f" + {counts.duplicates:,} duplicates + {counts.rejected:,} rejected"
    )
    if counts.changed:
        line += f"; {counts.changed:,} of the duplicates bring another text (--update takes it)"
    if counts.rejected:
        line += f"; see `brandpulse batches rejects {batch.batch_id}`"
    return line
