"""Which comments hold which words and pairs of words, forms of a word counted as one."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from reporting import words

#: Comments that hold a form of a word, of all and as a part of them: what stands in fewer moves no share.
LEAST_COMMENTS, LEAST_PART = 5, 1 / 2_000


class Held(NamedTuple):
    """A sparse matrix (comments, words) of 0 and 1, and the words, each by its commonest form."""

    matrix: Any
    words: list[str]


def find(texts: Sequence[str], names: Sequence[str], longest: int) -> Held:
    """Find the words, and with `longest` 2 the pairs, that can name what texts are about.

    `names` are the brand's, which say nothing. "flicker", "flickers" and "flickering" are one word: forms share a stem
    (Porter's English stemmer, second version).
    """
    from scipy import sparse  # noqa: PLC0415 - a second, with scikit-learn
    from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415 - as above

    count = CountVectorizer(
        binary=True,
        ngram_range=(1, longest),
        token_pattern=words.WORD,
        stop_words=words.empty(names),
        min_df=max(LEAST_COMMENTS, int(LEAST_PART * len(texts))),
        dtype=np.float64,
    )
    try:
        matrix = count.fit_transform(texts).tocsc()
    except ValueError:  # no word stands in five texts
        return Held(sparse.csr_matrix((len(texts), 0)), [])
    forms, tells = count.get_feature_names_out().tolist(), words.telling(names)
    return _of_stems(matrix, [place for place, form in enumerate(forms) if tells(form)], forms)


def _of_stems(matrix: Any, kept: Sequence[int], forms: Sequence[str]) -> Held:  # noqa: ANN401 - scipy has no types
    from scipy import sparse  # noqa: PLC0415 - as above

    stems: dict[str, list[int]] = {}
    for place, stem in zip(kept, _stems([forms[place] for place in kept]), strict=True):
        stems.setdefault(stem, []).append(place)
    totals = np.asarray(matrix.sum(axis=0)).ravel()
    named = [forms[max(places, key=lambda place: totals[place])] for places in stems.values()]
    columns = [(place, number) for number, places in enumerate(stems.values()) for place in places]
    rows, numbers = np.array(columns, int).reshape(-1, 2).T
    together = sparse.csc_matrix((np.ones(len(rows)), (rows, numbers)), (matrix.shape[1], len(stems)))
    found = (matrix @ together).tocsr()
    found.data[:] = 1
    return Held(found, named)


def _stems(forms: Sequence[str]) -> list[str]:
    import Stemmer  # noqa: PLC0415 - only reports need it

    stem = Stemmer.Stemmer("english").stemWords
    return [" ".join(stem(form.split())) for form in forms]
