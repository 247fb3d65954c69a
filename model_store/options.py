"""What a recipe lets its user change, as fields of a dataclass that say themselves what the command line shows."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Between(NamedTuple):
    """A range of numbers to search in; whole numbers where both ends are."""

    low: float
    high: float
    log: bool = False


class Around(NamedTuple):
    """A range of numbers to search in: a tenth to ten times the usual value, which another option decides."""

    by: str
    usual: Mapping[str, float]


#: What can be searched for each option: one of some values, or a number out of a range.
Searched = Mapping[str, tuple[Any, ...] | Between | Around]


def option(
    default: Any,  # noqa: ANN401 - of the field's type
    about: str,
    *,
    flag: str | None = None,
    least: float | None = None,
    most: float | None = None,
    choices: Iterable[str] = (),
) -> Any:  # noqa: ANN401 - as above
    """Describe an option: its default, its line in the help, and what it may be."""
    metadata = {"about": about, "flag": flag, "least": least, "most": most, "choices": tuple(choices)}
    return dataclasses.field(default=default, metadata=metadata)
