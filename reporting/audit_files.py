"""Audit samples as files: CSV for a table program, JSON for Label Studio; and the labels that come back in either.

The model's label is in neither: whoever sees it agrees with it too often.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import numpy as np
from dateutil import parser
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from database import asking
from database.tables import LABEL_CODES, AuditLabel, AuditSample, Comment
from reporting.auditing import Given
from reporting.table import harmless
from settings import errors

ORDER = 1  # seed, beside that of the sample: which comments were drawn says nothing of their order
COLUMNS = ("sample", "comment", "label", "text", "source", "posted_at", "url")


def write_csv(file: IO[str], session: Session, sample_id: int) -> None:
    """Write a sample as CSV, its column `label` empty; a text that a table program would run gets an apostrophe."""
    rows = csv.DictWriter(file, COLUMNS)
    rows.writeheader()
    for comment in _comments(session, sample_id):
        rows.writerow({name: harmless(value) for name, value in _row(sample_id, comment).items()})


def write_label_studio(file: IO[str], session: Session, sample_id: int) -> None:
    """Write a sample as the tasks of Label Studio, to be labelled by its template for text classification."""
    tasks = [{"data": _row(sample_id, comment)} for comment in _comments(session, sample_id)]
    file.write(json.dumps(tasks, ensure_ascii=False, indent=1) + "\n")


def read(path: Path, by: str | None, now: datetime) -> list[Given]:
    """Read the labels of a file, CSV or the JSON that Label Studio exports; what has no label is left out.

    Raises:
        errors.UnreadableFile: it is neither.
        errors.UnknownColumn: a column is missing.
        errors.WrongInput: a label is none of the three, or nobody says who gave it.

    """
    try:
        found = list(_tasks(path, by, now) if path.suffix == ".json" else _rows(path, by, now))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, csv.Error) as error:
        raise errors.UnreadableFile(f"{path} cannot be read as an audit sample: {error}.") from error
    return found


def _comments(session: Session, sample_id: int) -> Iterator[Row[Any]]:
    """Read the comments of a sample in an order at random: the first of them are a sample as well.

    Whoever labels some and leaves the rest for later has labelled no days or authors more than others.
    """
    seed = session.get_one(AuditSample, sample_id).seed
    drawn = session.scalars(select(AuditLabel.comment_id).where(AuditLabel.sample_id == sample_id))
    ids = np.random.default_rng([ORDER, seed]).permutation(sorted(drawn)).tolist()
    wanted = select(Comment.id, Comment.text, Comment.source, Comment.posted_at, Comment.url)
    for part in asking.in_parts(ids):
        of_these = wanted.where(Comment.id.in_(part), Comment.forgotten_at.is_(None))
        there = {comment.id: comment for comment in session.execute(of_these)}
        yield from (there[number] for number in part if number in there)


def _row(sample_id: int, comment: Row[Any]) -> dict[str, Any]:
    return {
        "sample": sample_id,
        "comment": comment.id,
        "label": "",
        "text": comment.text,
        "source": comment.source,
        "posted_at": comment.posted_at.isoformat() if comment.posted_at else "",
        "url": comment.url or "",
    }


def _rows(path: Path, by: str | None, now: datetime) -> Iterator[Given]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        missing = {"sample", "comment", "label"} - set(rows.fieldnames or ())
        if missing:
            raise errors.UnknownColumn(
                f"{path} has no column {', '.join(sorted(missing))}: import the file that `brandpulse audit sample` "
                "wrote, its column `label` filled in."
            )
        for row in rows:
            where = f"{path}, line {rows.line_num}"
            label = (row["label"] or "").strip().lower()
            if label:
                who = by or (row.get("by") or "").strip()
                yield _given(where, row, label, who, now)


def _tasks(path: Path, by: str | None, now: datetime) -> Iterator[Given]:
    tasks = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(tasks, list) or not all(isinstance(task, dict) and "data" in task for task in tasks):
        raise errors.UnreadableFile(f"{path} is no export of Label Studio: it has to be a list of tasks with `data`.")
    for place, task in enumerate(tasks, 1):
        for annotation in task.get("annotations") or ():
            choices = [c for result in annotation["result"] for c in result.get("value", {}).get("choices", ())]
            if choices and not annotation.get("was_cancelled"):
                at = annotation.get("created_at")
                who = by or _who(annotation.get("completed_by"))
                when = parser.isoparse(at).astimezone(UTC) if at else now
                yield _given(f"{path}, task {place}", task["data"], choices[0].strip().lower(), who, when)


def _who(completed_by: Any) -> str:  # noqa: ANN401 - Label Studio writes a number, or a person
    if isinstance(completed_by, dict):
        return str(completed_by.get("email") or completed_by.get("id") or "")
    return str(completed_by or "")


def _given(where: str, row: Mapping[str, Any], label: str, by: str, at: datetime) -> Given:
    if label not in LABEL_CODES:
        raise errors.WrongInput(f"{where}: {label!r} is no label; give positive, negative or neutral.")
    if not by:
        raise errors.WrongInput(f"{where}: nobody says who gave the label; name them with --by, or in a column `by`.")
    sample, comment = row.get("sample"), row.get("comment")
    try:
        return Given(int(sample or ""), int(comment or ""), label, by, at)
    except ValueError:
        raise errors.WrongInput(
            f"{where}: sample {sample!r} and comment {comment!r} have to be the numbers that `brandpulse audit sample` "
            "wrote."
        ) from None
