"""Deliveries: a report on its way to a recipient, sent once at most.

A row is claimed before anything is sent, in a transaction of its own, by writing down what is true should nothing more
be heard of it: `failed`, not known whether it arrived. Who sends then says how it ended. So a process that is killed
anywhere leaves no second e-mail behind, and nobody has to find out that it was killed.

pending --claim--> failed, not known whether it arrived --mark--> sent, failed, or pending for a later try
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from database import bulk
from database.tables import Brand, Delivery, Report
from reporting import revision_notes
from reporting.scope import Scope
from settings import errors
from worker import recipients

FOLDER, EMAIL, CHAT = "folder", "email", "apprise"
#: the one recipient of the folder: its path is another on each machine
REPORTS = "reports"
MOST_ATTEMPTS = 6
#: wait before the second try; doubles with each further one: 5, 10, 20, 40 and 80 minutes
RETRY_SECONDS = 300
#: A claim of which nothing was heard for so long will not be heard of: longer than a task may take.
LEASE_SECONDS = 600
UNSURE = "Whether it arrived is not known: the process that sent it did not say how it ended."

#: A share that moved by so much, or so large a part more or fewer comments, is news to who has read the night's report.
LEAST_POINTS, LEAST_PART = 0.01, 0.1


class Claimed(NamedTuple):
    """What one try sends."""

    id: int
    #: of which try: a claim that somebody else has taken since has another
    attempts: int
    channel: str
    recipient: str
    report: Mapping[str, Any]
    #: the same for every try: mail programs know a message again by it
    key: str


def put_up(session: Session, report: Report, addresses: Sequence[str], now: datetime) -> list[int]:
    """Put a revision up for delivery: to the folder always, to the recipients where it says something new.

    Returns:
        the ids of the deliveries that are pending.

    """
    wanted = [(FOLDER, REPORTS)]
    if _is_news(session, report):
        wanted += [(EMAIL if recipients.is_mail(one) else CHAT, one) for one in dict.fromkeys(addresses)]
    of_report = Delivery.report_id == report.id
    known = session.execute(select(Delivery.channel, Delivery.recipient).where(of_report)).tuples().all()
    session.add_all(
        Delivery(report_id=report.id, channel=channel, recipient=recipient, due_at=now)
        for channel, recipient in wanted
        if (channel, recipient) not in known
    )
    session.flush()
    return list(
        session.scalars(select(Delivery.id).where(of_report, Delivery.state == "pending").order_by(Delivery.id))
    )


def latest(session: Session, scope: Scope) -> int | None:
    """Give the id of the latest report of a scope that was put up."""
    of_scope = select(Report.id).join(Delivery, Delivery.report_id == Report.id).where(Report.scope == scope.key())
    return session.scalar(of_scope.order_by(Report.revision.desc()).limit(1))


def due(session: Session, now: datetime) -> Sequence[int]:
    """Give the ids of the deliveries that may be tried now, those to the folder first."""
    wanted = select(Delivery.id).where(Delivery.state == "pending", Delivery.due_at <= now)
    return session.scalars(wanted.order_by(Delivery.channel != FOLDER, Delivery.due_at, Delivery.id)).all()


def claim(session: Session, delivery_id: int, now: datetime) -> Claimed | None:
    """Take a delivery that is pending and due; None where somebody else has it, or nobody should."""
    free = Delivery.id == delivery_id, Delivery.state == "pending", Delivery.due_at <= now
    taken = {"attempts": Delivery.attempts + 1, "due_at": now + timedelta(seconds=LEASE_SECONDS)}
    # A page that is written twice is the same page, so that is tried again by itself.
    is_page = session.scalar(select(Delivery.channel).where(Delivery.id == delivery_id)) == FOLDER
    if not bulk.change(
        session,
        update(Delivery).where(*free).values(taken if is_page else {**taken, "state": "failed", "error": UNSURE}),
    ):
        return None
    row = session.get_one(Delivery, delivery_id, populate_existing=True)
    report = session.get_one(Report, row.report_id)
    if not is_page and row.recipient not in session.get_one(Brand, report.brand_id).recipients:
        row.due_at, row.error = now, "It was no recipient of the brand any more."
        return None
    key = hashlib.sha256(f"{report.id} {report.sha256} {row.recipient}".encode()).hexdigest()[:24]
    content = report.content if is_page else _as_read(session, report, row)
    return Claimed(row.id, row.attempts, row.channel, row.recipient, content, f"{report.id}.{key}")


def mark(session: Session, claimed: Claimed, failed: errors.DeliveryFailed | None, now: datetime) -> None:
    """Say how a claim ended, unless somebody has taken it up again since."""
    ended: dict[str, Any] = {"state": "sent", "due_at": now, "sent_at": now, "error": None}
    if failed is not None:
        is_last = claimed.attempts % MOST_ATTEMPTS == 0
        if is_last or isinstance(failed, errors.DeliveryRefused | errors.DeliveryUnsure):
            ended = {"state": "failed", "due_at": now, "error": str(failed)}
        else:
            wait = RETRY_SECONDS * 2 ** (claimed.attempts % MOST_ATTEMPTS - 1)
            ended = {"state": "pending", "due_at": now + timedelta(seconds=wait), "error": str(failed)}
    mine = Delivery.id == claimed.id, Delivery.attempts == claimed.attempts, Delivery.state != "sent"
    bulk.change(session, update(Delivery).where(*mine).values(ended))


def _as_read(session: Session, report: Report, row: Delivery) -> dict[str, Any]:
    """Give a report whose note says what changed since the revision that its reader was sent last."""
    mine = Delivery.channel == row.channel, Delivery.recipient == row.recipient, Delivery.state == "sent"
    same = Report.scope == report.scope, Report.revision < report.revision
    sent = select(Report).join(Delivery, Delivery.report_id == Report.id).where(*mine, *same)
    told = session.scalar(sent.order_by(Report.revision.desc()).limit(1))
    if told is None or told.revision == report.revision - 1:
        return report.content
    scope = Scope(brand=report.content["scope"]["brand"], first_day=report.first_day, last_day=report.last_day)
    corrected = revision_notes.corrections_since(session, report.content, scope, told.created_at)
    said = revision_notes.note(told.content, report.content, corrected)
    return {**report.content, "revision_note": said, "since_revision": told.revision}


def _is_news(session: Session, report: Report) -> bool:
    """Tell whether a revision says something new to who read the one that was sent last.

    Another version's figures are no news of what people say: those who read tomorrow's report see them there.
    """
    same = Report.scope == report.scope, Report.id != report.id
    put_up = select(Report).join(Delivery, Delivery.report_id == Report.id).where(*same)
    # The last that went to people, else the first: so small steps add up.
    told = session.scalar(put_up.where(Delivery.channel != FOLDER).order_by(Report.revision.desc()).limit(1))
    told = told or session.scalar(put_up.order_by(Report.revision).limit(1))
    if told is None:
        return True
    if told.model_id != report.model_id:
        return False
    before, now = told.content["totals"], report.content["totals"]
    if abs(now["scored"] - before["scored"]) >= max(1, LEAST_PART * before["scored"]):
        return True
    # Rounded: 0.50 to 0.51 is a point, whatever their difference is as a number.
    moved = [
        round(abs(now[share] - before[share]), 9) for share in ("positive_share", "negative_share") if now["scored"]
    ]
    return any(points >= LEAST_POINTS for points in moved)
