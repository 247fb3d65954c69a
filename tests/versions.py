"""Model versions of a user, made of the shipped one in no time: the test decides what they answer."""

from datetime import UTC, datetime

import safetensors.numpy

from database import sessions
from model_store import artefact, registry, shipped

FIRST = "fast@1"


def write(folder, name, *, sign=1.0):
    """Write a version of the film reviews' model: with the sign -1 it takes praise for blame."""
    made = shipped.find("imdb@1")
    contents = artefact.files(made.folder, trusted_only=True)
    weights = safetensors.numpy.load(contents.pop("weights.safetensors"))
    del contents[artefact.CARD]
    last = [key for key, value in weights.items() if value.shape in {(16, 1), (1,)}]
    assert len(last) == 2
    weights |= {key: weights[key] * sign for key in last}
    card = made.card | {"name": name, "version": 1}
    return artefact.write(
        folder / name / "1", card, {**contents, "weights.safetensors": safetensors.numpy.save(weights)}
    )


def begin_with_fast(url):
    """Let the fast model be the first that is promoted: tests of many comments are about everything but models."""
    with sessions.writing(url) as session:
        registry.register(session, shipped.find(FIRST), files=False).promoted_at = datetime.now(UTC)


def register(url, folder, name, **how):
    """Write a version and enter it in the database, with its files."""
    with sessions.writing(url) as session:
        registry.register_shipped(session)
        return registry.register(session, write(folder, name, **how)).id
