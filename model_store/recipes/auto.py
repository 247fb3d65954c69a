"""The cascade: `fast` scores every comment, and `accurate` those that `fast` is unsure of; one version like any.

It holds no weights of its own: its card names the members by their checksums. How the limit is chosen, and what every
other one would give, stands in docs/models.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from model_store import artefact, shipped
from model_store.cascade import ACCURATE, FAST, Cascade, Rule
from model_store.options import Searched, option
from model_store.recipes import fast
from model_store.serving import Scorer
from settings import environment, errors

LONG_WEIGHT = 0.5  # of long texts either member knows what the other does not: their logits are averaged
SHORT_WEIGHT = (
    0.2  # half a point of recall on TweetEval's validation split; from 0.1 to 0.3 it is as good, at 0.5 worse
)
WITHIN = 0.005  # macro-F1 and macro-averaged recall that may be lost against the accurate member alone
VALIDATION = 0.1  # share of the training rows that validates where no file has rows for it

CHUNK_SIZE_COMMENTS = 5_000  # ten seconds of work: soon repeated after a fault


@dataclass(frozen=True)
class Options:
    """What `brandpulse models train --recipe auto` may change."""

    fast: str = option("fast@1", "The version that scores everything.")
    accurate: str = option("accurate@2", "The version that scores what the other is unsure of.")
    limit: float | None = option(
        None, "Probability from which the fast member is believed; else chosen by what validates.", least=0, most=1
    )
    seed: int = option(1, "Changes nothing: nothing is drawn.")


SEARCHED: Searched = {}


def load(card: Mapping[str, Any], _contents: Mapping[str, bytes], threads: int | None = None) -> Cascade:
    """Make the model out of the members that its card names."""
    found = {name: _member(said["spec"], said["sha256"], threads) for name, said in card["members"].items()}
    return Cascade(found[FAST], found[ACCURATE], Rule(**card["rule"], short=fast.SHORT))


def _member(spec: str, sha256: str, threads: int | None) -> Scorer:
    """Load a shipped version, or one that was brought to the cache with the cascade; only with this checksum."""
    from model_store import loading  # noqa: PLC0415 - it imports the recipes

    if spec in shipped.SHIPPED:
        version = shipped.find(spec)
        if version.sha256 != sha256:
            raise errors.CorruptArtefact(
                f"The cascade was made with another {spec} than the one of this program: train it again."
            )
    else:
        version = artefact.read(environment.load().cache_folder.expanduser() / sha256, sha256, spec)
    return loading.load(version, threads).scorer
