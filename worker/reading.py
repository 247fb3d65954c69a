"""Read what a chunk holds, as columns."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from database import asking, fetching, membership, packing, slots
from database.tables import Brand, Chunk, Comment, Job, Model


class Reading(NamedTuple):
    """What one chunk holds that has neither score nor unscored row."""

    job_id: int
    model_id: int
    #: the version, as `auto@2`
    model: str
    #: whether it is to be scored in a process of its own
    apart: bool
    #: int64
    ids: NDArray[np.int64]
    texts: Sequence[str]
    #: of each comment, the names of its brand
    brands: Sequence[tuple[str, ...]]
    #: what the tallies count them by
    counted: packing.Comments


def read(session: Session, chunk_id: int) -> Reading:
    """Read a chunk."""
    chunk = session.get_one(Chunk, chunk_id)
    job = session.get_one(Job, chunk.job_id)
    # None for most chunks; joining, and the sort that PostgreSQL did for it, took a third of the time of reading.
    has_rows = session.scalar(select(membership.has_any_row(job.model_id, chunk)))
    wanted = select(
        *(Comment.id, Comment.text, Comment.brand_id, Comment.batch_id, Comment.source),
        slots.slot(Comment.counted_at),
    ).where(membership.of_chunk(job, chunk), membership.without_row(job.model_id, chunk) if has_rows else true())
    ids, texts, brand_ids, batch_ids, sources, numbers = fetching.columns(session, wanted)
    named = (
        session.execute(select(Brand.id, Brand.name, Brand.handles).where(Brand.id.in_(part)))
        for part in asking.in_parts(set(brand_ids))
    )
    names = {brand_id: (name, *handles) for known in named for brand_id, name, handles in known}
    batches, brands, in_slots = (np.array(values, np.int64) for values in (batch_ids, brand_ids, numbers))
    name, version = session.execute(select(Model.name, Model.version).where(Model.id == job.model_id)).one()
    return Reading(
        job.id,
        job.model_id,
        f"{name}@{version}",
        chunk.apart,
        np.array(ids, np.int64),
        texts,
        [names[brand_id] for brand_id in brand_ids],
        packing.Comments(batches, brands, sources, in_slots),
    )


def some(read: Reading, wanted: NDArray[np.bool_]) -> Reading:
    """Give those of the comments."""
    places = np.flatnonzero(wanted)
    texts, brands = [read.texts[i] for i in places.tolist()], [read.brands[i] for i in places.tolist()]
    return read._replace(ids=read.ids[places], texts=texts, brands=brands, counted=packing.take(read.counted, places))
