"""The accurate model: a small transformer that others pretrained, tuned on reviews and social comments.

MiniLM-L6 (Wang et al. 2020), 22.7 million weights of one byte, half of them its vocabulary. It reads texts piece by
piece, long ones in windows whose logits are averaged. The command that trains it as it is shipped, and what came out,
stand in docs/models.md; why it runs on LiteRT, in docs/decisions/0020-litert.md.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from model_store import compiling, rounding, runtime, tables
from model_store.options import Between, Searched, option
from model_store.recipes import fast
from model_store.serving import WEIGHTS
from model_store.transformer import Reach, Transformer
from model_store.wordpieces import WordPieces
from settings import environment

if TYPE_CHECKING:
    import keras

PIECES = "pieces.json"  # the vocabulary, by ids; a file of a version
TABLES = 2  # weights that are tables of vectors: of the pieces, and of their places

WINDOW = 256  # tokens of the longest window that is read at once
CALL_TOKENS = 512  # of a call of the network: what lies between its layers stays in the processor's cache
LEARNT_WINDOW = 128  # tokens of a text that a step of training sees
BATCH_TOKENS = 3_072  # of a step of training, padding counted: 90 tweets or 24 windows of reviews
TEXTS = 184_320  # that are seen, some of them several times: 100 minutes on two cores
TIMES = 3  # that a text is seen at most, unless more are asked for: small sets are soon known by heart
ALSO, LONG = 0.3, 0.12  # shares of these that come out of --also, and that are long ones
ALSO_POLARITY, ALSO_NEUTRAL = 0.5, 0.1  # what a row of --also counts; neutral does not mean the same in all sets
RATE = 1e-4
DROPOUT = 0.1  # of the state that the logits are made of; within the blocks none, drawing it takes time
VALIDATION = 0.1  # share of the training rows that validates where no file has rows for it

CHUNK_SIZE_COMMENTS = 2_000  # ten seconds of work: soon repeated after a fault
LANGUAGES = ("en",)
REACH = Reach(WINDOW, CALL_TOKENS, fast.SHORT)


@dataclass(frozen=True)
class Options:
    """What `brandpulse models train --recipe accurate` may change."""

    texts: int | None = option(None, f"Texts that are seen; else {TEXTS:,}, but none more than {TIMES} times.", least=1)
    also_share: float = option(ALSO, "Share of the texts seen that come out of --also.", least=0, most=1)
    long_share: float = option(LONG, "Share of the texts seen that are long ones.", least=0, most=1)
    also_polarity: float = option(ALSO_POLARITY, "What rows of --also count for positive and negative.", least=0)
    also_neutral: float = option(ALSO_NEUTRAL, "What rows of --also count for neutral.", least=0)
    teacher: bool = option(False, "Let a larger network learn first and teach: wants an accelerator.")
    batch_tokens: int = option(BATCH_TOKENS, "Tokens that a step of training sees, padding counted.", least=512)
    learning_rate: float = option(RATE, "How far weights move, at its height.", least=0)
    dropout: float = option(DROPOUT, "Share of the last state that is missed in training.", least=0, most=0.95)
    average: tuple[str, ...] = option((), "A version whose weights are averaged with what is learnt; repeatable.")
    languages: tuple[str, ...] = option((), "ISO 639 code of a language of the texts; else `en`.", flag="--language")
    seed: int = option(1, "The same seed gives the same model.")


SEARCHED: Searched = {"learning_rate": Between(2e-5, 3e-4, log=True), "dropout": Between(0.0, 0.3)}


def build(weights: bytes) -> "keras.Model":
    """Stack the layers, with the weights of a version."""
    runtime.start()
    from model_store import classifier  # noqa: PLC0415 - Keras and TensorFlow come with it

    network = classifier.build()
    network.set_weights(rounding.load(weights))
    return network


def load(card: Mapping[str, Any], contents: Mapping[str, bytes], threads: int | None = None) -> Transformer:
    """Make the model out of the contents of its files, already verified."""
    network = compiled(contents[WEIGHTS], threads)
    return Transformer(WordPieces(json.loads(contents[PIECES])), network, tables.kinds(card), REACH)


def compiled(weights: bytes, threads: int | None = None) -> compiling.Compiled:
    """Give the network of these weights as it serves."""
    return compiling.Compiled(
        compiling.cached(weights, lambda: build(weights), environment.load().cache_folder), threads
    )
