"""`brandpulse models promote` and `rollback`: which version the views, new comments and reports take."""

from typing import Any

import click

from cli import jobs, output, rescore
from database import sessions
from database.tables import Model
from model_store import promotion, registry
from settings import environment, errors
from worker import deployment, gap

ROUNDS = 3  # comments of the period that come in while it is scored again are scored in the next round


@click.command()
@click.argument("model")
@click.option("--rescore", "again", is_flag=True, help="Score first what the last report's period lacks under MODEL.")
@click.option("--allow-gap", is_flag=True, help="Promote although the last report's period lacks scores under MODEL.")
@output.json_option
def promote(model: str, again: bool, allow_gap: bool, as_json: bool) -> None:
    """Make MODEL the version that the views read.

    MODEL is NAME or NAME@VERSION. New comments are scored by it and reports count it, from now on and without
    restarting workers, but where BRANDPULSE_MODEL names another.
    """
    if again and allow_gap:
        raise click.UsageError("--rescore closes the gap and --allow-gap leaves it: give one of them.")
    settings = environment.load()
    with sessions.writing(settings.database_url) as session:
        registry.register_shipped(session)
        version = registry.get(session, model)
        is_new = version.id != registry.promoted(session).id
    deployment.load_model(version.id)  # the files are checked, and what cannot be loaded is refused here and not later
    missing, found = _close_gap(version, again=again) if is_new or again else (None, [])
    if is_new and missing and not allow_gap:
        raise _refusal(version, missing)
    with sessions.writing(settings.database_url) as session:
        before = promotion.promote(session, registry.get(session, _spec(version)))
    _say(version, before, {"gap": missing.comments if missing else 0, "jobs": found}, as_json)


@click.command()
@output.json_option
def rollback(as_json: bool) -> None:
    """Go back to the version promoted before.

    Called again, to the one before that.
    """
    with sessions.writing(environment.load().database_url) as session:
        registry.register_shipped(session)
        back_to = promotion.previous(session)
        if back_to is not None:
            deployment.artefact(session, back_to)
        version, before = promotion.rollback(session)
    _say(version, before, {}, as_json)


def _close_gap(version: Model, *, again: bool) -> tuple[gap.Gap | None, list[dict[str, Any]]]:
    """Find the gap; with `again`, score it first. Gives what is left of it, None where nothing is."""
    found: list[dict[str, Any]] = []
    missing = _gap(version)
    for _ in range(ROUNDS):
        if missing is None or not again:
            break
        found = rescore.score(version, missing.jobs, wait=True)
        _check_chunks(version, found)
        missing = _gap(version)
    return missing, found


def _gap(version: Model) -> gap.Gap | None:
    settings = environment.load()
    with sessions.reading(settings.database_url) as session:
        found = gap.find(session, version, settings.default_timezone)
    return found if found is not None and found.comments else None


def _check_chunks(version: Model, found: list[dict[str, Any]]) -> None:
    """Refuse a version that whole chunks failed under; a comment that fails alone is shown and no obstacle."""
    failed = [job["id"] for job in found if job["chunks"].get("failed")]
    if failed:
        raise errors.ScoringFailed(
            f"{_spec(version)} is not promoted: chunks failed under it. See why by `brandpulse jobs show {failed[0]}`."
        )


def _refusal(version: Model, missing: gap.Gap) -> errors.WrongInput:
    spec, comments = _spec(version), missing.comments
    have = "comment has" if comments == 1 else "comments have"
    return errors.WrongInput(
        f"{spec} is not promoted: of the last report's period ({missing.period}) {comments:,} {have} no score under "
        f"it. `brandpulse models promote {spec} --rescore` scores them first, --allow-gap promotes without."
    )


def _say(version: Model, before: Model, more: dict[str, Any], as_json: bool) -> None:
    spec, named = _spec(version), environment.load().model
    with sessions.reading(environment.load().database_url) as session:
        scores = _spec(registry.get(session, named)) if named else spec
    lines = [
        *map(jobs.sentence, more.get("jobs", [])),
        f"{spec} is promoted already."
        if version.id == before.id
        else f"{spec} is promoted, in place of {_spec(before)}.",
        *_gap_line(more.get("gap", 0), spec),
    ]
    if scores == spec:
        lines.append("The views read it, new comments are scored by it, reports count it.")
    else:
        lines.append(
            f"The views read it. But BRANDPULSE_MODEL is {named} here: processes with that setting go on scoring new "
            f"comments by {scores}, and their reports count it, until the setting is taken away."
        )
    document = {"model": spec, "before": _spec(before), "changed": version.id != before.id, "scores": scores, **more}
    output.said(document, "\n".join(lines), as_json)


def _gap_line(comments: int, spec: str) -> list[str]:
    if not comments:
        return []
    return [f"{comments:,} comments of the last report's period have no score under {spec}; its next revision says so."]


def _spec(model: Model) -> str:
    return f"{model.name}@{model.version}"
