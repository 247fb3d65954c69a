"""Why there is no score of a comment that was to have one, as it stands in `unscored`."""

from typing import NamedTuple

from settings import errors

#: The code of a comment that the model cannot take.
FAILED = "predict_failed"
#: That of one that ends the process that scores it.
KILLED = "process_killed"


class Fault(NamedTuple):
    """Code and reason."""

    code: str
    reason: str


class CannotTake(Exception):
    """Some texts cannot be taken, by a model that says itself what stands in `unscored`."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


class GivenUp(errors.ScoringFailed):
    """The model will answer no more; what it said before is good."""
