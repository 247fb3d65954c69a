"""Revisions: the same answer is kept once, another answer becomes a new revision, an old one never changes."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from database import locks
from database.tables import Brand, Model, Report
from reporting import quotes, revision_notes
from reporting.scope import Scope

TRIES = 5  # two processes that save at once take each other's number; a third try has not been seen

#: What stands in a document and is no part of its answer.
NOT_SAID = ("read_at", "revision", "revision_note")


def save(session: Session, document: dict[str, Any], scope: Scope, model: Model) -> int:
    """Keep a report, and write its revision number into the document, with what changed since the latest revision.

    The time of reading makes no difference: a report that says the same as the latest revision is that revision.
    """
    # What was forgotten since the comments were read is not quoted; who forgets from now on sees this report.
    locks.enter(session, Report)
    quotes.forget(session, document)
    sha256 = _checksum(document)
    for _ in range(TRIES):
        latest = session.scalar(
            select(Report).where(Report.scope == scope.key()).order_by(Report.revision.desc()).limit(1)
        )
        if latest is not None and latest.sha256 == sha256:
            document |= {"revision": latest.revision, "revision_note": latest.note}
            return latest.revision
        document |= {"revision": 1, "revision_note": None}
        if latest is not None:
            corrected = revision_notes.corrections_since(session, document, scope, latest.created_at)
            said = revision_notes.note(latest.content, document, corrected)
            document |= {"revision": latest.revision + 1, "revision_note": said}
        try:
            with session.begin_nested():
                session.add(_row(session, document, scope, model, sha256))
        except IntegrityError:
            continue
        return int(document["revision"])
    raise RuntimeError(f"no free revision number for {scope.key()}")


def _row(session: Session, document: dict[str, Any], scope: Scope, model: Model, sha256: str) -> Report:
    return Report(
        scope=scope.key(),
        revision=document["revision"],
        brand_id=session.scalar(select(Brand.id).where(Brand.name == scope.brand)),
        model_id=model.id,
        first_day=scope.first_day,
        last_day=scope.last_day,
        sha256=sha256,
        content=document,
        note=document["revision_note"],
        created_at=datetime.fromisoformat(document["read_at"]),
    )


def _checksum(document: dict[str, Any]) -> str:
    said = {name: value for name, value in document.items() if name not in NOT_SAID}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
