"""Write the texts of a document anew, wherever they stand in it."""

from collections.abc import Callable
from typing import Any


def texts(part: Any, rewrite: Callable[[str], str]) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Give the document with each of its texts rewritten; names of keys stay, and so does what was given."""
    if isinstance(part, str):
        return rewrite(part)
    if isinstance(part, dict):
        return {name: texts(value, rewrite) for name, value in part.items()}
    return [texts(value, rewrite) for value in part] if isinstance(part, list) else part
