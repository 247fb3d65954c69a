"""From counts to shares."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Counts:
    """What became of comments: comments = scored + skipped + failed + pending + cancelled."""

    comments: int = 0
    positive: int = 0
    negative: int = 0
    neutral: int = 0
    skipped: int = 0
    failed: int = 0
    pending: int = 0
    cancelled: int = 0
    #: of the comments, those without a time of their own
    undated: int = 0

    @property
    def scored(self) -> int:
        """Comments that bear a label."""
        return self.positive + self.negative + self.neutral

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(mine + its for mine, its in zip(self._values(), other._values(), strict=True)))

    def _values(self) -> tuple[int, ...]:
        return tuple(vars(self).values())

    def as_json(self) -> dict[str, Any]:
        """Give the counts and their shares; a share of nothing is None.

        Shares of all are of the scored comments; `positive_share_opinionated` and the net sentiment leave the neutral
        ones out: positive / (positive + negative), and (positive - negative) / (positive + negative).
        """
        opinionated = self.positive + self.negative
        return {
            "comments": self.comments,
            "scored": self.scored,
            **{name: count for name, count in vars(self).items() if name != "comments"},
            "positive_share": _share(self.positive, self.scored),
            "negative_share": _share(self.negative, self.scored),
            "neutral_share": _share(self.neutral, self.scored),
            "positive_share_opinionated": _share(self.positive, opinionated),
            "net_sentiment": _share(self.positive - self.negative, opinionated),
        }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
