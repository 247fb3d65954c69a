"""What one call of the benchmarks measures, and how much of it: everything follows from the number of comments."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

MILLION = 1_000_000  # comments that have eight minutes; fewer have one
#: a second round of the whole pipeline, or of embedded mode, is made where the first took less
SECOND_ROUND_SECONDS = 45.0


@dataclass(frozen=True)
class Plan:
    """One call."""

    comments: int
    #: the labelled sets
    data: Path
    #: where files, databases and logs of this call lie; taken away in the end
    folder: Path
    #: address of the PostgreSQL server
    server: str
    #: address of a queue that the user named; None: one of our own for each part
    broker: str | None
    #: the texts that comments are made of
    texts: pa.Array
    seed: int

    @property
    def rounds(self) -> int:
        """How often the whole pipeline and embedded mode are timed, where the first time is not too long."""
        return 2 if self.comments >= MILLION else 1

    @property
    def scoring_rounds(self) -> int:
        """How often each contender scores."""
        return 3 if self.comments >= MILLION else 1

    @property
    def reports(self) -> int:
        """How often a report is timed."""
        return 3 if self.comments >= MILLION else 1

    @property
    def tweets(self) -> int:
        """How many tweets each contender scores: TextBlob takes eight seconds for 30,000."""
        return min(30_000, max(200, self.comments // 10))

    @property
    def tasks(self) -> int:
        """How many comments are scored one a task, at 10 to 40 a second."""
        return min(300, max(20, self.comments // 2_000))
