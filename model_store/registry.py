"""The model versions of a database: registered, found, and brought to the machine that needs them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from database import tables
from model_store import artefact, shipped
from model_store.artefact import Artefact
from settings import errors


def register_shipped(session: Session) -> None:
    """Enter the versions that come with the program, and promote the default where nothing is promoted yet.

    Where a version that was trained here bears the number of one that only this program ships, it stays what it is.

    Raises:
        errors.CorruptArtefact: a version is registered under another checksum than that of this program.

    """
    trained_here = select(tables.Model.name, tables.Model.version).where(tables.Model.shipped.is_(False))
    own = set(session.execute(trained_here).tuples())
    for version in shipped.versions():
        if (version.name, version.version) not in own:
            register(session, version, files=False)
    if session.scalar(select(func.count(tables.Model.promoted_at))) == 0:
        get(session, shipped.DEFAULT).promoted_at = datetime.now(UTC)


def register(session: Session, version: Artefact, *, files: bool = True) -> tables.Model:
    """Enter a version, with its files for workers on other machines; once it is there, nothing changes.

    Raises:
        errors.CorruptArtefact: a version of that name and number is there with another checksum, or the files on this
            machine are not those of the version.

    """
    try:
        with session.begin_nested():
            return _find(session, version) or _insert(session, version, files=files)
    except IntegrityError:
        # Another process entered it between the question and the insert; what it entered is looked at.
        found = _find(session, version)
        if found is None:
            raise
        return found


def get(session: Session, spec: str) -> tables.Model:
    """Find a version by `NAME@VERSION`, or the newest of `NAME`.

    Raises:
        errors.NotFound: there is none; the sentence names those there are.

    """
    name, version = artefact.parse(spec)
    wanted = select(tables.Model).where(tables.Model.name == name).order_by(tables.Model.version.desc()).limit(1)
    found = session.scalar(wanted if version is None else wanted.where(tables.Model.version == version))
    if found is None:
        known = ", ".join(f"{model.name}@{model.version}" for model in versions(session))
        raise errors.NotFound(f"There is no model {spec!r} in the database; there is: {known or 'none'}.")
    return found


def versions(session: Session) -> list[tables.Model]:
    """List all versions, by name and number."""
    return list(session.scalars(select(tables.Model).order_by(tables.Model.name, tables.Model.version)))


def promoted(session: Session) -> tables.Model:
    """Find the version that the views read: that with the latest `promoted_at`.

    Raises:
        errors.NotFound: none is promoted.

    """
    latest = tables.Model.promoted_at
    found = session.scalar(select(tables.Model).where(latest.is_not(None)).order_by(latest.desc()).limit(1))
    if found is None:
        raise errors.NotFound(
            "No model is promoted yet: `brandpulse models list` enters the shipped ones and promotes one."
        )
    return found


def next_version(session: Session, name: str) -> int:
    """Say which number a new version of that name gets; those of the shipped ones are taken."""
    taken = session.scalars(select(tables.Model.version).where(tables.Model.name == name))
    known = [number for shipped_name, number in map(artefact.parse, shipped.SHIPPED) if shipped_name == name and number]
    return int(max([0, *taken, *known])) + 1


def refuse_gone(model: tables.Model) -> None:
    """Raise `errors.NotFound` where a version came with an earlier program and does not with this one."""
    spec = f"{model.name}@{model.version}"
    if not model.shipped or spec in shipped.SHIPPED:
        return
    is_known = model.name in {artefact.parse(known)[0] for known in shipped.SHIPPED}
    newest = shipped.find(model.name).spec if is_known else shipped.DEFAULT
    raise errors.NotFound(
        f"The model {spec} came with an earlier brandpulse; this one has {newest}: promote that, and train again what "
        f"was made with {spec}."
    )


def artefact_of(session: Session, model: tables.Model, cache_folder: Path) -> Artefact:
    """Give the files of a version on this machine, fetched from the database when they are not in the cache yet.

    The members of a cascade are fetched with it.

    Raises:
        errors.CorruptArtefact: they are not those that were registered.
        errors.NotFound: they are neither in the program nor in the database.

    """
    spec = f"{model.name}@{model.version}"
    if model.shipped:
        refuse_gone(model)
        return _described(_same(shipped.find(spec), model), model)
    folder = cache_folder.expanduser() / model.sha256
    if not folder.exists():
        _fetch(session, model, folder)
    found = _described(artefact.read(folder, model.sha256, spec), model)
    for member in found.card.get("members", {}).values():
        if member["spec"] not in shipped.SHIPPED:
            artefact_of(session, get(session, member["spec"]), cache_folder)
    return found


def _fetch(session: Session, model: tables.Model, folder: Path) -> None:
    wanted = select(tables.ModelFile).where(tables.ModelFile.model_id == model.id)
    contents = {file.name: file.content for file in session.scalars(wanted)}
    spec = f"{model.name}@{model.version}"
    if not contents:
        raise errors.NotFound(f"The files of the model {spec} are not in the database: train and register it again.")
    # Verified before anything is written: a name such as "../x" is not the version's, and never becomes a path.
    if artefact.checksum(contents) != model.sha256 or any(Path(name).name != name for name in contents):
        raise errors.CorruptArtefact(
            f"The model version {spec} cannot be trusted: its files in the database are not those that were registered."
        )
    try:
        artefact.place(folder, contents)
    except errors.WrongInput:
        # Another worker of this machine was first; what it wrote is verified like everything else.
        if not folder.exists():
            raise


def _find(session: Session, version: Artefact) -> tables.Model | None:
    wanted = select(tables.Model).where(tables.Model.name == version.name, tables.Model.version == version.version)
    found = session.scalar(wanted)
    if found is not None:
        _same(version, found)
    return found


def _same(version: Artefact, model: tables.Model) -> Artefact:
    if version.sha256 != model.sha256:
        raise errors.CorruptArtefact(
            f"The model version {version.spec} is in the database with another checksum ({model.sha256[:12]}…) than "
            f"the one on this machine ({version.sha256[:12]}…): a version never changes, give the new one a new number."
        )
    return version


def _described(version: Artefact, model: tables.Model) -> Artefact:
    """Refuse a version whose row says another thing than its verified card: reports take the thresholds from there."""
    spec = f"{model.name}@{model.version}"
    if version.spec != spec or _text(version.card) != _text(model.card):
        raise errors.CorruptArtefact(
            f"The model version {spec} cannot be trusted: its card in the database is not the one that was registered."
        )
    return version


def _text(card: Mapping[str, Any]) -> str:
    return json.dumps(card, sort_keys=True)


def _insert(session: Session, version: Artefact, *, files: bool) -> tables.Model:
    model = tables.Model(
        name=version.name,
        version=version.version,
        recipe=version.card["recipe"],
        sha256=version.sha256,
        shipped=version.spec in shipped.SHIPPED,
        card=version.card,
        created_at=datetime.fromisoformat(version.card["created_at"]),
    )
    session.add(model)
    session.flush()
    if files:
        artefact.verified(version.folder, version.sha256, version.spec)
        contents = artefact.files(version.folder)
        session.add_all(tables.ModelFile(model_id=model.id, name=name, content=contents[name]) for name in contents)
        session.flush()
    return model
