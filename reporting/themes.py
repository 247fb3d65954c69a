"""What negative comments are about: groups of comments that share words, named by them."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from reporting import words as vocabulary
from reporting.told import Comments

MOST = 5  # themes
EXAMPLES = 5
NAMED_BY = 3  # words
MOST_WORDS = 2_000
ITERATIONS = 200
LEAST_WORDS = 5  # for each theme
LEAST_COMMENTS = 50  # negative ones, below which there is nothing to group
LEAST_OF_WORD = 5  # comments that hold a word


def find(comments: Comments, names: Sequence[str]) -> list[dict[str, Any]]:
    """Group the negative comments by non-negative factors of their words (Lee and Seung 1999); the largest first.

    Returns:
        a list of `words`, `comments`, `share` (of the negative comments) and `examples`. Comments that hold none of a
        theme's words belong to none.

    """
    from sklearn.decomposition import NMF  # noqa: PLC0415 - a second
    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415 - as above
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - as above

    rows = np.flatnonzero(comments.labels == -1)
    if len(rows) < LEAST_COMMENTS:
        return []
    # Copies would make a theme of one text.
    first = {comments.copies[row]: row for row in reversed(rows.tolist())}
    weigh = TfidfVectorizer(
        token_pattern=vocabulary.WORD,
        stop_words=vocabulary.empty_alone(names),
        min_df=LEAST_OF_WORD,
        max_features=MOST_WORDS,
    )
    try:
        weigh.fit([comments.texts[row] for row in first.values()])
    except ValueError:  # no word stands in five texts
        return []
    weights = weigh.transform([comments.texts[row] for row in rows])
    count = min(MOST, weights.shape[1] // LEAST_WORDS)
    if not count:
        return []
    factors = NMF(count, init="nndsvd", random_state=0, max_iter=ITERATIONS, tol=1e-3)
    with warnings.catch_warnings():
        # Which theme a comment is of is settled long before the factors are.
        warnings.simplefilter("ignore", ConvergenceWarning)
        strengths = factors.fit_transform(weights)
    words = weigh.get_feature_names_out()
    theme = np.where(strengths.max(axis=1) > 0, strengths.argmax(axis=1), -1)
    found = []
    for number in range(count):
        named = words[np.argsort(-factors.components_[number], kind="stable")[:NAMED_BY]].tolist()
        of_theme = rows[theme == number]
        if len(of_theme):
            found.append(
                {
                    "words": named,
                    "comments": len(of_theme),
                    "share": len(of_theme) / len(rows),
                    "examples": comments.examples(of_theme, EXAMPLES),
                }
            )
    return sorted(found, key=lambda one: -one["comments"])
