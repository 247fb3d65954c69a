"""Non-negative factors of a sparse matrix: few rows of which each row of it is a sum (Lee and Seung 1999)."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

ITERATIONS = 200
#: Changes below this part of the first are no changes: which factor a row is of is settled long before.
TOLERANCE = 1e-3
#: Rounds of subspace iteration, after which the leading directions of some thousand texts stand.
ROUNDS = 10
Floats = NDArray[np.float64]


class Factors(NamedTuple):
    """`strengths` (rows, count) times `parts` (count, columns) is about the matrix."""

    strengths: Floats
    parts: Floats


def find(matrix: Any, count: int) -> Factors:  # noqa: ANN401 - scipy has no types
    """Find `count` factors by hierarchical alternating least squares (Cichocki and Phan 2009, algorithm 2).

    They begin at the leading singular vectors (`_begin`), so that the same matrix gives the same factors.
    scikit-learn's `NMF` does the same, and takes longer to import, with all that it needs, than a report has for this.
    """
    strengths, parts = _begin(matrix, count)
    turned = matrix.T.tocsr()
    first = None
    for _ in range(ITERATIONS):
        change = _improve(strengths, matrix @ parts.T, parts @ parts.T)
        change += _improve(parts.T, turned @ strengths, strengths.T @ strengths)
        first = change if first is None else first
        if change <= TOLERANCE * first:
            break
    return Factors(strengths, parts)


def _improve(factor: Floats, towards: Floats, products: Floats) -> float:
    """Set one column of a factor after the other to the best it can be beside the rest; tell how far they went."""
    went = 0.0
    for column in range(factor.shape[1]):
        if products[column, column] > 0:
            step = (towards[:, column] - factor @ products[:, column]) / products[column, column]
            best = np.maximum(factor[:, column] + step, 0)
            went += float(np.abs(best - factor[:, column]).sum() * products[column, column])
            factor[:, column] = best
    return went


def _begin(matrix: Any, count: int) -> tuple[Floats, Floats]:  # noqa: ANN401 - as above
    """Begin with the larger of the positive and the negative part of each pair (Boutsidis and Gallopoulos 2008)."""
    left, values, right = _leading(matrix, count)
    strengths, parts = np.zeros_like(left), np.zeros_like(right)
    for number in range(count):
        pairs = [(np.maximum(sign * left[:, number], 0), np.maximum(sign * right[number], 0)) for sign in (1, -1)]
        sizes = [float(np.linalg.norm(of_rows) * np.linalg.norm(of_columns)) for of_rows, of_columns in pairs]
        size = max(sizes)
        of_rows, of_columns = pairs[sizes.index(size)]
        if size:
            scale = np.sqrt(values[number] * size)
            strengths[:, number] = scale * of_rows / np.linalg.norm(of_rows)
            parts[number] = scale * of_columns / np.linalg.norm(of_columns)
    return strengths, parts


def _leading(matrix: Any, count: int) -> tuple[Floats, Floats, Floats]:  # noqa: ANN401 - as above
    """Give the leading singular vectors and values, by subspace iteration (Halko, Martinsson and Tropp 2011, 4.4)."""
    found = matrix @ np.random.default_rng(0).standard_normal((matrix.shape[1], count + 10))
    for _ in range(ROUNDS):
        found = matrix @ np.linalg.qr(matrix.T @ np.linalg.qr(found)[0])[0]
    basis = np.linalg.qr(found)[0]
    left, values, right = np.linalg.svd((matrix.T @ basis).T, full_matrices=False)
    return (basis @ left)[:, :count], values[:count], right[:count]
