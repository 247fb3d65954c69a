"""A model version as a folder: weights and JSON, never code, and a checksum that is kept elsewhere."""

import hashlib
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model_store import card as cards
from settings import errors

CARD = "card.json"
#: What is read when a model is loaded, and so what the checksum covers. The card for people and the curves are not.
TRUSTED_SUFFIXES = {".json", ".safetensors"}


@dataclass(frozen=True)
class Artefact:
    """One model version on this machine."""

    name: str
    version: int
    folder: Path
    card: dict[str, Any]
    sha256: str

    @property
    def spec(self) -> str:
        """Name it as `--model` takes it."""
        return f"{self.name}@{self.version}"


def parse(spec: str) -> tuple[str, int | None]:
    """Split `NAME` or `NAME@VERSION`.

    Raises:
        errors.NotFound: the version is no number.

    """
    name, at, version = spec.partition("@")
    if at and not (version.isascii() and version.isdigit()):
        raise errors.NotFound(f"{spec!r} names no model: write NAME or NAME@VERSION, as imdb@1.")
    return name, int(version) if at else None


def checksum(contents: Mapping[str, bytes]) -> str:
    """SHA-256 over the names and contents of the trusted files, sorted by name."""
    digest = hashlib.sha256()
    for name in sorted(contents):
        if Path(name).suffix in TRUSTED_SUFFIXES:
            digest.update(f"{name}\0{len(contents[name])}\0".encode())
            digest.update(contents[name])
    return digest.hexdigest()


def write(folder: Path, card: Mapping[str, Any], contents: Mapping[str, bytes]) -> Artefact:
    """Write a model version; `contents` are its files but for the cards, which are made out of `card`.

    The folder appears whole or not at all.

    Raises:
        errors.WrongInput: the folder is there already; a version never changes.

    """
    trusted = {name: content for name, content in contents.items() if Path(name).suffix in TRUSTED_SUFFIXES}
    card = {
        **card,
        "size_bytes": sum(map(len, trusted.values())),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(trusted.items())},
    }
    text = json.dumps(card, ensure_ascii=False, indent=2, allow_nan=False)
    everything = {**contents, CARD: f"{text}\n".encode(), "MODEL_CARD.md": cards.for_people(card).encode()}
    place(folder, everything)
    return Artefact(card["name"], card["version"], folder, card, checksum(everything))


def place(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write files to a new folder, which appears whole or not at all.

    Raises:
        errors.WrongInput: the folder is there already, or cannot be written.

    """
    refuse_taken(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".writing-", dir=folder.parent) as temporary:
            made = Path(temporary) / "version"
            made.mkdir()
            for name, content in contents.items():
                (made / name).write_bytes(content)
            made.rename(folder)
    except OSError as error:
        raise errors.WrongInput(f"The model version cannot be written to {folder}: {error.strerror}.") from error


def refuse_taken(folder: Path) -> None:
    """Raise `errors.WrongInput` where a new version's folder is there already."""
    if folder.exists():
        raise errors.WrongInput(f"{folder} is there already: a model version never changes; choose another folder.")


def read(folder: Path, expected_sha256: str, spec: str | None = None) -> Artefact:
    """Read a model version's metadata, after its files were found to be those that were registered.

    `spec` is the name that an error gives the version; without it, it is taken from the folder.

    Raises:
        errors.CorruptArtefact: a file is missing, cut or changed.

    """
    return verified(folder, expected_sha256, spec)[0]


def verified(folder: Path, expected_sha256: str, spec: str | None = None) -> tuple[Artefact, dict[str, bytes]]:
    """Read a model version and its trusted files once: what is loaded is what was verified. Raises as `read`."""
    spec = spec or f"{folder.parent.name}@{folder.name}"
    try:
        contents = files(folder, trusted_only=True)
    except OSError as error:
        raise errors.CorruptArtefact(
            f"The model version {spec} cannot be read: {error.filename}: {error.strerror}. Mend that, or remove "
            "the folder and get the version again."
        ) from error
    if checksum(contents) != expected_sha256:
        raise errors.CorruptArtefact(
            f"The model version {spec} cannot be trusted: {_culprit(contents)} in {folder}. Remove the folder and get "
            "the version again."
        )
    card = json.loads(contents[CARD])
    return Artefact(card["name"], card["version"], folder, card, expected_sha256), contents


def files(folder: Path, *, trusted_only: bool = False) -> dict[str, bytes]:
    """Read the files of a model version as they are."""
    if not folder.is_dir():
        return {}
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.is_file() and (not trusted_only or path.suffix in TRUSTED_SUFFIXES)
    }


def _culprit(contents: Mapping[str, bytes]) -> str:
    """Name the file by the checksums in the card; where all of them hold, the card itself was changed."""
    if CARD not in contents:
        return f"{CARD} is missing"
    try:
        listed = json.loads(contents[CARD])["files"].items()
    except (ValueError, TypeError, KeyError, AttributeError):
        return f"{CARD} is damaged"
    for name, sha256 in listed:
        if name not in contents:
            return f"{name} is missing"
        if hashlib.sha256(contents[name]).hexdigest() != sha256:
            return f"{name} ({len(contents[name]):,} bytes) is not the file that was registered"
    unlisted = set(contents) - dict(listed).keys() - {CARD}
    return f"{min(unlisted)} does not belong to it" if unlisted else f"{CARD} is not the file that was registered"
