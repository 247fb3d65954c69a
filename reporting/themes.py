"""What negative comments are about: groups of comments that share words, named by them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reporting import factors, held_words
from reporting.held_words import Held
from reporting.told import Comments

MOST = 5  # themes
EXAMPLES = 5
NAMED_BY = 3  # words
MOST_WORDS = 2_000
LEAST_WORDS = 5  # for each theme
LEAST_COMMENTS = 50  # negative ones, below which there is nothing to group


def find(comments: Comments, names: Sequence[str]) -> list[dict[str, Any]]:
    """Group the negative comments by non-negative factors of their words (Lee and Seung 1999); the largest first.

    Returns:
        a list of `words`, `comments`, `share` (of the negative comments) and `examples`. Comments that hold none of a
        theme's words belong to none.

    """
    rows = np.flatnonzero(comments.labels == -1)
    if len(rows) < LEAST_COMMENTS:
        return []
    # Copies would make a theme of one text: each text is looked at once, and its copies are of its theme.
    first: dict[str, int] = {}
    text = np.array([first.setdefault(comments.copies[row], len(first)) for row in rows.tolist()])
    shown = rows[np.unique(text, return_index=True)[1]]
    held = held_words.find([comments.texts[row] for row in shown.tolist()], names, longest=1)
    named, theme = _grouped(held)
    found = []
    for number, words in enumerate(named):
        of_theme = rows[theme[text] == number]
        if len(of_theme):
            found.append(
                {
                    "words": words,
                    "comments": len(of_theme),
                    "share": len(of_theme) / len(rows),
                    "examples": comments.examples(of_theme, EXAMPLES),
                }
            )
    return sorted(found, key=lambda one: -one["comments"])


def _grouped(held: Held) -> tuple[list[list[str]], NDArray[np.intp]]:
    """Give the words that name each theme, and the theme of each text, -1 where it has none."""
    count = min(MOST, len(held.words) // LEAST_WORDS)
    if not count:
        return [], np.full(held.matrix.shape[0], -1)
    commonest = np.argsort(-np.asarray(held.matrix.sum(axis=0)).ravel(), kind="stable")[:MOST_WORDS]
    found = factors.find(_weights(held.matrix[:, commonest]), count)
    strongest = np.argsort(-found.parts, axis=1, kind="stable")[:, :NAMED_BY]
    named = [[held.words[commonest[place]] for place in places] for places in strongest.tolist()]
    return named, np.where(found.strengths.max(axis=1) > 0, found.strengths.argmax(axis=1), -1)


def _weights(held: Any) -> Any:  # noqa: ANN401 - sparse matrices, of which scipy has no types
    """Weigh words by how few texts hold them (Spärck Jones 1972, smoothed), all texts alike."""
    from scipy import sparse  # noqa: PLC0415 - as in `held_words`

    rarity = np.log((1 + held.shape[0]) / (1 + np.asarray(held.sum(axis=0)).ravel())) + 1
    weighed = held @ sparse.diags(rarity)
    lengths = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    return (sparse.diags(1 / np.where(lengths, lengths, 1)) @ weighed).tocsr()
