"""What the estimates of a report rest on, read once however often the report asks."""

from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from database.tables import Correction, Model
from reporting import calibrations, clustering
from reporting.calibrations import Audit
from reporting.selection import Part


class Evidence:
    """Design effects and audit labels under one model version, for the length of one transaction."""

    def __init__(self, session: Session, model: Model) -> None:
        """Read nothing yet."""
        self.session = session
        self.model = model
        self._effects: dict[Part, float] = {}
        self._audits: dict[int, Audit] = {}

    def design_effect(self, part: Part) -> float:
        """Give the design effect of a part: reading 10,000 comments takes 0.1 s, and three comparisons want it."""
        if part not in self._effects:
            self._effects[part] = clustering.design_effect(self.session, part, self.model.id)
        return self._effects[part]

    def audit(self, part: Part) -> Audit:
        """Give all audited comments of the brand of a part."""
        if part.brand_id not in self._audits:
            self._audits[part.brand_id] = calibrations.of_brand(self.session, part.brand_id, self.model)
        return self._audits[part.brand_id]

    @cached_property
    def corrections(self) -> dict[int, int]:
        """Give the label that counts of each corrected comment, by its id: people gave them, so they are few."""
        given = select(Correction.comment_id, Correction.label).order_by(Correction.id)
        return dict(self.session.execute(given).tuples().all())
