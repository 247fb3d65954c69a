"""The model versions that come with the program; their checksums stand in the code."""

from collections.abc import Mapping
from pathlib import Path

from model_store import artefact
from model_store.artefact import Artefact
from settings import errors

FOLDER = Path(__file__).parent / "shipped"
SHIPPED: Mapping[str, str] = {
    "fast@1": "01e4e499b27271d4a0c39e5e8362ce19acefb31a1a3591bef6c7e906d6742233",
    "imdb@1": "c8b58c289c2d3b288b051b8162f759379766d6194a939361444f04eee1b55936",
    "lstm@1": "175a120608b46bef072d5d3099af7860f387c94430a643989dd5bc26e70922be",
    "cnn@1": "e9a09b17fc2b63ef019f1d6bdc400a784b372bb4d54da27f876dee5495e517c4",
    "accurate@2": "94e9d9b7fb189b98bd1c2d8f4b76d76572b4d9bc29f77e70f39b79ed06df4e2b",
    "auto@2": "8f7b9bf0adda0b384a27304e0025a63bbb4c6c666ee666b315dffbee230d1a0a",
}
DEFAULT = "auto@2"


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
