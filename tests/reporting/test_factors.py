import numpy as np
import pytest
from scipy import sparse
from sklearn.decomposition import NMF

from reporting import factors

THEMES, ROWS, COLUMNS = 4, 400, 120


@pytest.fixture(scope="module")
def matrix():
    rng = np.random.default_rng(1)
    of_theme = rng.random((THEMES, COLUMNS)) ** 8
    rows = rng.dirichlet(np.full(THEMES, 0.1), ROWS)
    return sparse.csr_matrix(np.where(rng.random((ROWS, COLUMNS)) < 0.3, rows @ of_theme, 0))


def test_factors_come_as_close_to_the_matrix_as_those_of_scikit_learn(matrix):
    found = factors.find(matrix, THEMES)
    theirs = NMF(THEMES, init="nndsvd", max_iter=200, tol=1e-3).fit(matrix)
    apart = np.linalg.norm(matrix.toarray() - found.strengths @ found.parts)
    assert apart == pytest.approx(theirs.reconstruction_err_, rel=0.005)


def test_each_row_is_of_the_factor_that_scikit_learn_finds(matrix):
    found = factors.find(matrix, THEMES)
    theirs = NMF(THEMES, init="nndsvd", max_iter=200, tol=1e-3).fit_transform(matrix)
    assert (found.strengths.argmax(axis=1) == theirs.argmax(axis=1)).mean() > 0.95


def test_no_factor_is_negative_and_the_same_matrix_gives_the_same_ones(matrix):
    found, again = factors.find(matrix, THEMES), factors.find(matrix, THEMES)
    assert found.strengths.min() >= 0
    assert found.parts.min() >= 0
    assert np.array_equal(found.strengths, again.strengths)


def test_a_matrix_of_fewer_directions_than_factors_leaves_the_rest_empty():
    matrix = sparse.csr_matrix(np.outer([1.0, 2, 0, 3], [0.0, 1, 1]))
    found = factors.find(matrix, 2)
    assert np.allclose(found.strengths @ found.parts, matrix.toarray(), atol=1e-6)
