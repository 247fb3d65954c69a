"""Ask the model for the comments of a chunk, and turn what it says to columns of `scores` and `unscored`."""

import logging
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from billiard.exceptions import SoftTimeLimitExceeded
from numpy.typing import NDArray

from model_store import prediction
from settings import errors
from worker import reading
from worker.faults import FAILED, CannotTake, Fault, GivenUp
from worker.reading import Reading

logger = logging.getLogger(__name__)

#: The code of a comment that has no text any more; a model is never asked for it.
FORGOTTEN = "forgotten"
SKIP_REASONS = {**prediction.SKIP_REASONS, FORGOTTEN: "The text was forgotten before the model could read it."}
#: Into so many parts is divided what the model cannot take. A chunk of 40,000 comes to the one comment in three steps:
#: where each costs a process, halving would cost 16.
PARTS = 64


class Answers(NamedTuple):
    """What is to be saved of a chunk."""

    #: the chunk, or where the model gave up the part of it that there are answers of
    read: Reading
    #: values by the names of columns
    scored: Mapping[str, Any]
    unscored: Mapping[str, Any]
    #: of each comment its label, which says nothing where it was skipped or failed
    labels: NDArray[np.int8]
    skipped: NDArray[np.bool_]
    failed: NDArray[np.bool_]
    #: why the model gave up
    left: str | None


class _Found:
    """What is found out, comment by comment: arrays of the length of a chunk."""

    def __init__(self, size: int) -> None:
        self.p_negative, self.p_positive = np.zeros((2, size), np.float32)
        self.labels = np.zeros(size, np.int8)
        self.member, self.skip_reason, self.code, self.reason = np.full((4, size), None, object)
        self.known = np.zeros(size, np.bool_)

    def skip(self, rows: NDArray[np.bool_], reason: str) -> None:
        self.skip_reason[rows] = reason
        self.known[rows] = True

    def take(
        self, rows: NDArray[np.intp], said: prediction.Prediction | Fault, thresholds: Mapping[str, float]
    ) -> None:
        self.known[rows] = True
        if isinstance(said, Fault):
            self.code[rows], self.reason[rows] = said
            return
        self.p_negative[rows], self.p_positive[rows], self.skip_reason[rows], self.member[rows] = said
        self.labels[rows] = prediction.label_codes(said, thresholds)


def ask(model: prediction.Model, read: Reading) -> Answers:
    """Ask for a chunk; a comment that the model cannot take is unscored, and says why; so is one without a text.

    A model of a process of its own is asked for a part at a time, and may give up in the middle.

    Raises:
        errors.ScoringFailed: it can take none of them.

    """
    found, left = _Found(len(read.ids)), None
    # No comment is loaded without a text: what has none was forgotten meanwhile.
    has_text = np.fromiter(map(bool, read.texts), np.bool_, len(read.ids))
    found.skip(~has_text, FORGOTTEN)
    asked = read if has_text.all() else reading.some(read, has_text)
    places, parts = np.flatnonzero(has_text), PARTS if read.apart else 1
    try:
        for part, said in _in_parts(model, asked, slice(0, len(places)), parts):
            found.take(places[part], said, model.thresholds)
    except GivenUp as error:
        if not found.known.any():
            raise
        left = str(error)
    codes = set(found.code[places].tolist())
    if codes == {FAILED}:
        raise errors.ScoringFailed(f"The model could take none of {len(places):,} comments: {found.reason[places[0]]}")
    return _answers(read, found, left)


def _answers(read: Reading, found: _Found, left: str | None) -> Answers:
    known = found.known  # all, where the model did not give up
    failed, skipped = (column != None for column in (found.code, found.skip_reason))  # noqa: E711 - element by element
    scored, unscored = known & ~failed & ~skipped, known & (failed | skipped)
    return Answers(
        read if left is None else reading.some(read, known),
        {
            "model_id": read.model_id,
            "comment_id": read.ids[scored],
            "p_negative": found.p_negative[scored],
            "p_positive": found.p_positive[scored],
            "label": found.labels[scored],
            "member": found.member[scored],
        },
        _unscored(read, found, unscored),
        found.labels[known],
        skipped[known],
        failed[known],
        left,
    )


def _unscored(read: Reading, found: _Found, rows: NDArray[np.bool_]) -> dict[str, Any]:
    skips = found.skip_reason[rows].tolist()
    faults = zip(found.code[rows].tolist(), found.reason[rows].tolist(), strict=True)
    whys = [
        Fault(skip, SKIP_REASONS[skip]) if skip else Fault(*fault) for skip, fault in zip(skips, faults, strict=True)
    ]
    return {
        "model_id": read.model_id,
        "comment_id": read.ids[rows],
        "state": ["skipped" if skip else "failed" for skip in skips],
        "code": [why.code for why in whys],
        "reason": [why.reason for why in whys],
    }


def _in_parts(
    model: prediction.Model, read: Reading, rows: slice, parts: int
) -> Iterator[tuple[slice, prediction.Prediction | Fault]]:
    """Predict rows in so many parts; where one fails, divide it until the comments that it fails for stand alone.

    Gives parts of the chunk, each with a prediction, or with the reason why there is none.
    """
    size = -(-(rows.stop - rows.start) // parts)
    for start in range(rows.start, rows.stop, size or 1):
        part = slice(start, min(start + size, rows.stop))
        try:
            said = model.predict(read.texts[part], read.brands[part])
        except (errors.BrandpulseError, MemoryError, SoftTimeLimitExceeded):
            raise
        except Exception as error:  # noqa: BLE001 - whatever a model raises over one comment, the others are scored
            fault = error.fault if isinstance(error, CannotTake) else Fault(FAILED, f"{type(error).__name__}: {error}")
            logger.warning("the model failed on %d comments: %s", part.stop - part.start, fault.reason)
            if part.stop - part.start == 1:
                yield part, fault
            else:
                yield from _in_parts(model, read, part, PARTS)
        else:
            yield part, said
