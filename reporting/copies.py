"""What the shares would be if copies of a text, retweets too, counted once."""

from typing import Any

import numpy as np

from reporting.told import Comments

LEAST_APART = 0.01  # in shares of one: below, copies make no difference worth a line
LABELS = {"positive": 1, "negative": -1}


def without(comments: Comments) -> dict[str, Any] | None:
    """Compare the shares of comments with those of their different texts; None where they hardly differ.

    Copies that the model labels differently share the one vote of their text.

    Returns:
        `comments`, `texts` (different ones among them), and for `positive_share` and `negative_share` the share of the
        comments as `plain` and that of the texts as `without_copies`.

    """
    if not comments.all:
        return None
    numbers: dict[str, int] = {}
    text = np.array([numbers.setdefault(name, len(numbers)) for name in comments.copies])
    sizes = np.bincount(text)
    votes = 1 / sizes[text]
    found = {
        f"{name}_share": {
            "plain": float((comments.labels == code).mean()),
            "without_copies": float(votes[comments.labels == code].sum() / len(sizes)),
        }
        for name, code in LABELS.items()
    }
    if all(abs(one["plain"] - one["without_copies"]) <= LEAST_APART for one in found.values()):
        return None
    return {"comments": len(comments.all), "texts": len(sizes), **found}
