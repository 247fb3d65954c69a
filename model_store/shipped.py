"""The model versions that come with the program; their checksums stand in the code."""

from collections.abc import Mapping
from pathlib import Path

from model_store import artefact
from model_store.artefact import Artefact
from settings import errors

FOLDER = Path(__file__).parent / "shipped"
SHIPPED: Mapping[str, str] = {
    "imdb@1": "c8b58c289c2d3b288b051b8162f759379766d6194a939361444f04eee1b55936",
}
DEFAULT = "imdb@1"


def versions() -> list[Artefact]:
    """Read all of them.

    Raises:
        errors.CorruptArtefact: a file of one is missing, cut or changed.

    """
    return [_read(spec) for spec in SHIPPED]


def find(spec: str) -> Artefact:
    """Read one, by `NAME@VERSION`, or the newest of `NAME`; raises as `versions`.

    Raises:
        errors.NotFound: it is not among them.

    """
    name, version = artefact.parse(spec)
    found = [
        known for known in SHIPPED if artefact.parse(known)[0] == name and version in {None, artefact.parse(known)[1]}
    ]
    if not found:
        raise errors.NotFound(f"There is no model {spec!r}; shipped with brandpulse: {', '.join(SHIPPED)}.")
    return _read(max(found, key=lambda known: artefact.parse(known)[1] or 0))


def _read(spec: str) -> Artefact:
    name, version = artefact.parse(spec)
    return artefact.read(FOLDER / name / str(version), SHIPPED[spec], spec)
