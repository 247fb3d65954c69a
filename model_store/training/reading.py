"""How the logits of a transformer are to be read: the lines to calibrated ones."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_store.recipes import accurate, fast
from model_store.tables import Kind, Line
from model_store.training import calibration, rows
from model_store.training.questions import LEAST, NEUTRAL_SHARE
from model_store.training.rows import Rows
from model_store.transformer import NEUTRAL, POLARITY, Transformer
from model_store.wordpieces import WordPieces

AS_THEY_ARE = Line(1.0, 0.0)


class Read(NamedTuple):
    """Rows, and the logits of their texts as the network gives them, shape (rows, 2)."""

    rows: Rows
    logits: NDArray[np.float64]

    def polarity(self) -> Line | None:
        """Find the line for positive against negative; None where the rows do not say enough."""
        return self._line(self.rows.labels != 0, self.rows.labels > 0, POLARITY, 0.5)

    def neutral(self) -> Line | None:
        """Find the line for neutral against the others; None where the rows do not say enough."""
        return self._line(self.rows.neutral > 0, self.rows.labels == 0, NEUTRAL, NEUTRAL_SHARE)

    def _line(self, asked: NDArray[np.bool_], are_first: NDArray[np.bool_], logit: int, share: float) -> Line | None:
        first = are_first[asked]
        if min(first.sum(), (~first).sum()) < LEAST:
            return None
        return calibration.line(self.logits[asked, logit], first, share)


def calibrate(weights: bytes, pieces: WordPieces, chosen: Rows, held: Rows) -> list[Kind]:
    """Find the lines of short and of long texts, as the version will serve: by what validates, and what is held out."""
    plain = Transformer(pieces, accurate.compiled(weights), [Kind(AS_THEY_ARE, AS_THEY_ARE)] * 2, accurate.REACH)
    are_long = rows.are_long(chosen)
    short, long = chosen.where(~are_long), rows.together([chosen.where(are_long), held])
    # No set of long texts has neutral ones: short ones that are joined say how these look.
    parts = (short, long, rows.joined(short, fast.SHORT))
    of_short, of_long, of_joined = (Read(part, plain.logits(part.texts).values) for part in parts)
    polarity, neutral = of_short.polarity() or AS_THEY_ARE, of_short.neutral()
    long_neutral = (of_joined.neutral() or neutral) if neutral else None
    return [Kind(polarity, neutral), Kind(of_long.polarity() or polarity, long_neutral)]
