"""Ask the model for the comments of a chunk, and turn what it says to columns of `scores` and `unscored`."""

import logging
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_store import prediction
from settings import errors
from worker.reading import Reading

logger = logging.getLogger(__name__)

#: The code of a comment that the model cannot take.
FAILED = "predict_failed"
#: That of one that has no text any more; a model is never asked for it.
FORGOTTEN = "forgotten"
SKIP_REASONS = {**prediction.SKIP_REASONS, FORGOTTEN: "The text was forgotten before the model could read it."}


class Answers(NamedTuple):
    """What is to be saved of a chunk."""

    #: values by the names of columns
    scored: Mapping[str, Any]
    unscored: Mapping[str, Any]
    #: of each comment its label, which says nothing where it was skipped or failed
    labels: NDArray[np.int8]
    skipped: NDArray[np.bool_]
    failed: NDArray[np.bool_]


def ask(model: prediction.Model, read: Reading) -> Answers:
    """Ask for a chunk; a comment that the model cannot take is unscored, and says why; so is one without a text.

    Raises:
        errors.ScoringFailed: it can take none of them.

    """
    p_negative, p_positive = np.zeros((2, len(read.ids)), np.float32)
    labels = np.zeros(len(read.ids), np.int8)
    member, skip_reason, fault = np.full((3, len(read.ids)), None, object)
    # No comment is loaded without a text: what has none was forgotten meanwhile.
    has_text = np.fromiter(map(bool, read.texts), np.bool_, len(read.ids))
    skip_reason[~has_text] = FORGOTTEN
    asked, places = (read, np.arange(len(read.ids))) if has_text.all() else _of(read, has_text)
    for part, said in _parts(model, asked, slice(0, len(asked.ids))):
        rows = places[part]
        if isinstance(said, str):
            fault[rows] = said
            continue
        p_negative[rows], p_positive[rows], skip_reason[rows], member[rows] = said
        labels[rows] = prediction.label_codes(said, model.thresholds)
    failed = fault != None  # noqa: E711 - element by element
    if len(asked.ids) and failed[places].all():
        raise errors.ScoringFailed(f"The model could take none of {len(asked.ids):,} comments: {fault[places[0]]}")
    skipped = skip_reason != None  # noqa: E711 - as above
    scored = ~failed & ~skipped
    return Answers(
        {
            "model_id": read.model_id,
            "comment_id": read.ids[scored],
            "p_negative": p_negative[scored],
            "p_positive": p_positive[scored],
            "label": labels[scored],
            "member": member[scored],
        },
        _unscored(read, ~scored, skip_reason, fault),
        labels,
        skipped,
        failed,
    )


def _unscored(
    read: Reading, rows: NDArray[np.bool_], skip_reason: NDArray[np.object_], fault: NDArray[np.object_]
) -> dict[str, Any]:
    said = list(zip(skip_reason[rows].tolist(), fault[rows].tolist(), strict=True))
    return {
        "model_id": read.model_id,
        "comment_id": read.ids[rows],
        "state": ["skipped" if skip else "failed" for skip, _ in said],
        "code": [skip or FAILED for skip, _ in said],
        "reason": [SKIP_REASONS[skip] if skip else why for skip, why in said],
    }


def _of(read: Reading, wanted: NDArray[np.bool_]) -> tuple[Reading, NDArray[np.intp]]:
    """Choose comments; gives what the model is asked for, and where it stands in the chunk."""
    places = np.flatnonzero(wanted)
    texts, brands = [read.texts[i] for i in places.tolist()], [read.brands[i] for i in places.tolist()]
    return read._replace(ids=read.ids[places], texts=texts, brands=brands), places


def _parts(model: prediction.Model, read: Reading, rows: slice) -> Iterator[tuple[slice, prediction.Prediction | str]]:
    """Predict in one call; where it fails, halve until the comments that the model cannot take stand alone.

    Gives parts of the chunk, each with a prediction, or with the reason why there is none.
    """
    size = rows.stop - rows.start
    if not size:
        return
    try:
        yield rows, model.predict(read.texts[rows], read.brands[rows])
    except (errors.BrandpulseError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever a model raises over one comment, the others are scored
        logger.warning("the model failed on %d comments: %s: %s", size, type(error).__name__, error)
        if size == 1:
            yield rows, f"{type(error).__name__}: {error}"
            return
        middle = rows.start + size // 2
        yield from _parts(model, read, slice(rows.start, middle))
        yield from _parts(model, read, slice(middle, rows.stop))
