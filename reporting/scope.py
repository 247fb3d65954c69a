"""What a report is about: a brand, a source and a period, or the batches of a run."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

LONGEST_KEY_CHARACTERS = 255


@dataclass(frozen=True)
class Scope:
    """What a report is about; None leaves a side open, days are inclusive and of the brand's own zone."""

    brand: str | None = None
    source: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    #: only the comments that these batches loaded
    batch_ids: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give the scope as it stands in a report."""
        return {"brand": self.brand, "source": self.source, "batches": list(self.batch_ids)}

    def moments(self, zone: ZoneInfo) -> tuple[datetime | None, datetime | None]:
        """Give the moment that the first day begins at in a zone, and the one that the last day is over at."""
        begin = None if self.first_day is None else datetime.combine(self.first_day, time(), zone)
        end = None if self.last_day is None else datetime.combine(self.last_day + timedelta(days=1), time(), zone)
        return begin, end

    def holds(self, day: date) -> bool:
        """Tell whether a day of the brand's zone is in the period."""
        return (self.first_day is None or self.first_day <= day) and (self.last_day is None or day <= self.last_day)

    def key(self) -> str:
        """Name the scope: reports of the same key are revisions of each other."""
        days = [None if day is None else day.isoformat() for day in (self.first_day, self.last_day)]
        plain = json.dumps([self.brand, self.source, *days, self.batch_ids], ensure_ascii=False)
        if len(plain) <= LONGEST_KEY_CHARACTERS:
            return plain
        return f"sha256:{hashlib.sha256(plain.encode()).hexdigest()}"
