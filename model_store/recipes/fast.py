"""The fast model: weights of n-grams, added up; for reviews and social comments alike.

Short texts and long ones use words in other ways, so each has weights of its own for positive against negative; those
for neutral are learnt from short texts and serve both. Why so: docs/decisions/0012-n-grams-of-bytes.md. The command
that trains it as it is shipped, and what came out, stand in docs/models.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from model_store import runtime, tables
from model_store.options import Between, Searched, option
from model_store.weighing import Weighing

SHORT = 280  # characters of the longest short text: a tweet
RUN_BITS = 21  # 2,097,152 weights of runs of tokens, each for two questions
LONG_BITS = 22  # 4,194,304 for long texts, which hold more of them: 0.3 points more of accuracy on reviews than 2^21
CHARACTER_BITS = 19  # 524,288 weights of runs of characters, each for two questions: together 9.4 MB
LEAST_TEXTS = 2  # that a run of tokens stands in: those of one text crowd the others, 0.2 points on reviews
ITERATIONS = 60  # on reviews 40 leave the accuracy shaking by a point from step to step
POLARITY = 2.0  # strength of the data against small weights, chosen on TweetEval's validation split
NEUTRAL = 0.5  # as above
LONG = 100.0  # as above, by a fifth of the training reviews held out
ALSO_POLARITY = 0.1  # what a row of --also counts; more of them say less of what people hold for positive
ALSO_NEUTRAL = 0.05  # the neutral classes of the sets do not mean the same
VALIDATION = 0.1  # share of the training rows that validates where no file has rows for it

CHUNK_SIZE_COMMENTS = 40_000  # a second of work; docs/decisions/0018-write-paths.md has what others cost
LANGUAGES = ("en",)


@dataclass(frozen=True)
class Options:
    """What `brandpulse models train --recipe fast` may change."""

    polarity: float = option(POLARITY, "Strength of the data, positive against negative, short texts.", least=0.001)
    neutral: float = option(NEUTRAL, "Strength of the data, neutral against the others.", least=0.001)
    long: float = option(LONG, "Strength of the data, positive against negative, long texts.", least=0.001)
    also_polarity: float = option(ALSO_POLARITY, "What rows of --also count for positive and negative.", least=0)
    also_neutral: float = option(ALSO_NEUTRAL, "What rows of --also count for neutral.", least=0)
    iterations: int = option(ITERATIONS, "Steps of L-BFGS.", least=1)
    languages: tuple[str, ...] = option((), "ISO 639 code of a language of the texts; else `en`.", flag="--language")
    seed: int = option(1, "The same seed gives the same model.")


SEARCHED: Searched = {
    "polarity": Between(0.05, 20, log=True),
    "long": Between(0.05, 20, log=True),
    "also_polarity": Between(0.01, 1, log=True),
}


def load(card: Mapping[str, Any], contents: Mapping[str, bytes], threads: int | None = None) -> Weighing:
    """Make the model out of the contents of its files, already verified."""
    runtime.start(threads)
    return Weighing(tables.read(card, contents), tables.kinds(card), card["hyper_parameters"]["short"])
