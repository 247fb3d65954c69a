"""How a model does brand by brand, or source by source: the share it counts beside the share that people say."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from model_store.masking import NO_BRAND
from model_store.training import figures
from model_store.training.answers import Answers
from model_store.training.figures import POSITIVE, SKIPPED, Counts

#: Rows that a brand or a source needs to stand in the printed table: of 50, a share may be off by 14 points by chance.
LEAST_ROWS = 50


def by(field: str, names: Sequence[str], answers: Answers) -> dict[str, Any]:
    """Compute a row per brand or source, the largest first, and what they sum up to.

    Gives `by_FIELD`, a list, and `FIELD_summary`; both None where no row names any.
    """
    if not any(names):
        return {f"by_{field}": None, f"{field}_summary": None}
    known, place = np.unique([name or NO_BRAND for name in names], return_inverse=True)
    size = int(np.prod(figures.SHAPE))
    cells = place * size + figures.cells(answers)
    counts = np.bincount(cells, minlength=len(known) * size).reshape(-1, *figures.SHAPE)
    order = np.argsort(-counts.sum(axis=(1, 2, 3)), kind="stable")
    rows = [{field: str(known[i]), **_row(counts[i])} for i in order]
    return {f"by_{field}": rows, f"{field}_summary": _summary(field, rows, counts)}


def shares(counts: Counts) -> dict[str, float | None]:
    """Compute the share of positive comments that the model counts, and the one that people say.

    The counted one is, as in a report, of the comments that were scored; the true one is of all rows.
    """
    labels = counts.sum(axis=-1)
    rows, scored = int(labels.sum()), int(labels[:, :SKIPPED].sum())
    true = int(labels[POSITIVE].sum()) / rows
    counted = int(labels[:, POSITIVE].sum()) / scored if scored else None
    return {
        "true_positive_share": true,
        "counted_positive_share": counted,
        "difference": None if counted is None else counted - true,
    }


def _row(counts: Counts) -> dict[str, Any]:
    found = figures.of(counts)
    return {
        "n": int(counts.sum()),
        "skipped": int(counts[:, SKIPPED].sum()),
        **shares(counts),
        **{name: figures.defined(found[name]) for name in ("accuracy", "macro_recall")},
    }


def _summary(field: str, rows: list[dict[str, Any]], counts: Counts) -> dict[str, Any]:
    """Average the differences of the named groups that are large enough, and put the small ones together."""
    large = [row for row in rows if row["n"] >= LEAST_ROWS]
    differences = [row["difference"] for row in large if row[field] != NO_BRAND and row["difference"] is not None]
    small = counts[counts.sum(axis=(1, 2, 3)) < LEAST_ROWS]
    return {
        "least_rows": LEAST_ROWS,
        "large": len(large),
        "averaged": len(differences),
        "mean_difference": float(np.mean(differences)) if differences else None,
        "mean_absolute_difference": float(np.mean(np.abs(differences))) if differences else None,
        "small": {"groups": len(small), **_row(small.sum(axis=0))} if len(small) else None,
    }
