"""How the recipe `accurate` is trained: a pretrained encoder, tuned on texts that are drawn out of all files."""

import json
from dataclasses import asdict
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_store import rounding, runtime
from model_store.recipes import accurate
from model_store.recipes.accurate import PIECES, TABLES
from model_store.serving import WEIGHTS, WORDS
from model_store.training import finetuning, pretrained, reading, rows
from model_store.training.drawing import Group
from model_store.training.finetuning import Course, Examples, Fit
from model_store.training.parts import Parts
from model_store.training.rows import Rows
from model_store.training.trainers import Base, OnStep, Trained, silent
from model_store.wordpieces import WordPieces
from settings import environment

Options, SEARCHED, VALIDATION, NEUTRAL = accurate.Options, accurate.SEARCHED, accurate.VALIDATION, True
HELD_OUT = 25  # every 25th long text to train on is kept for their line: a thousand reviews
LOOKED_AT = 1_000  # rows to train on whose loss is measured after each epoch
CHECKPOINTS = "training"  # folder in the cache


class Seen(NamedTuple):
    """What is learnt, how often each group of rows is drawn, and what is held out."""

    examples: Examples
    groups: list[Group]
    held: Rows
    #: of all files, the brands masked
    texts: list[str]


def steps(_options: accurate.Options) -> int:
    """Count the steps of the progress bar: hundredths, since only the files say how many texts are seen."""
    return 100


def introduce(made: Parts, options: accurate.Options, base: Base | None = None) -> str:
    """Say how many texts are seen out of how many."""
    found = sum(len(one.texts) for one in (*made.train, *made.also))
    planned = course(options, found)
    start = base.spec if base else f"the pretrained weights of {pretrained.PACKAGE} {pretrained.VERSION}"
    folder = environment.load().cache_folder / CHECKPOINTS
    return (
        f"{planned.texts:,} texts drawn out of {found:,} are seen in {planned.rounds} rounds, from {start} on.\n"
        f"Each round is kept in {folder}: the same command goes on from there if it is stopped."
    )


def train(made: Parts, options: accurate.Options, base: Base | None = None, on_step: OnStep = silent) -> Trained:
    """Tune the network; find the lines to calibrated logits, and the thresholds of the labels."""
    listed = json.loads(base.contents[PIECES]) if base else pretrained.vocabulary()
    start = rounding.load(base.contents[WEIGHTS]) if base else pretrained.weights()
    pieces = WordPieces(listed)
    seen, chosen = see(made, options, pieces), rows.chosen(made)
    runtime.start(onednn=True)
    drawn = np.random.default_rng(options.seed).permutation(np.concatenate([one.rows for one in seen.groups]))
    fitted = Fit(seen.examples, seen.groups, seen.examples.take(drawn[:LOOKED_AT]), examples(chosen, pieces))
    checkpoints = environment.load().cache_folder.expanduser() / CHECKPOINTS
    planned = course(options, len(seen.examples.pieces))
    network, history = finetuning.fit(
        start, fitted, planned, checkpoints, lambda done, _=None: on_step(done / planned.rounds * steps(options))
    )
    weights = rounding.save(network.get_weights(), TABLES)
    kinds, thresholds = reading.calibrate(weights, pieces, chosen, seen.held)
    card = {
        "languages": list(options.languages or (base.card["languages"] if base else accurate.LANGUAGES)),
        "thresholds": thresholds,
        "parameters": network.count_params(),
        "seed": options.seed,
        "hyper_parameters": {**_hyper_parameters(options), "texts": planned.texts},
        "pretrained": None if base else {"package": pretrained.PACKAGE, "version": pretrained.VERSION},
        "lines": {name: kind._asdict() for name, kind in zip(("short", "long"), kinds, strict=True)},
    }
    frequent = base.contents[WORDS] if base else rows.frequent(seen.texts)
    contents = {WEIGHTS: weights, PIECES: _written(listed), WORDS: frequent}
    return Trained(contents, card, history, len(history["loss"]))


def see(parts: Parts, options: accurate.Options, pieces: WordPieces) -> Seen:
    """Collect what is trained on: its pieces, targets and weights, and the groups that are drawn."""
    found = rows.learnt(parts, options.also_polarity, options.also_neutral)
    are_also = np.zeros(len(found.texts), bool)
    first = sum(len(one.texts) for one in parts.train)
    end = first + sum(len(one.texts) for one in parts.also)
    are_also[first:end] = True
    are_long = ~are_also & rows.are_long(found)
    are_held = are_long & (np.arange(len(found.texts)) % HELD_OUT == 0)
    return Seen(
        examples(found, pieces),
        _groups(are_also, are_long, are_held, options),
        found.where(are_held),
        found.texts[:end],
    )


def examples(found: Rows, pieces: WordPieces) -> Examples:
    """Turn rows to ids, targets and weights."""
    targets = np.stack([found.labels > 0, found.labels == 0], axis=1).astype(np.float32)
    weights = np.stack([np.where(found.labels != 0, found.polarity, 0.0), found.neutral], axis=1)
    return Examples(pieces.encode(found.texts), targets, weights.astype(np.float32))


def course(options: accurate.Options, found: int) -> Course:
    """Say how long and how fast is learnt, of so many texts that were found."""
    texts = options.texts or min(accurate.TEXTS, accurate.TIMES * found)
    batch, window = accurate.BATCH_TOKENS, accurate.LEARNT_WINDOW
    return Course(texts, batch, window, options.learning_rate, options.dropout, options.seed)


def _groups(
    are_also: NDArray[np.bool_], are_long: NDArray[np.bool_], are_held: NDArray[np.bool_], options: accurate.Options
) -> list[Group]:
    """Share the draws; a share whose rows are absent falls to the others."""
    shares = [
        (~are_also & ~are_long, 1 - options.long_share - options.also_share),
        (are_long, options.long_share),
        (are_also, options.also_share),
    ]
    there = [(np.flatnonzero(are & ~are_held), share) for are, share in shares if (are & ~are_held).any() and share > 0]
    whole = sum(share for _, share in there)
    return [Group(found, share / whole) for found, share in there]


def _hyper_parameters(options: accurate.Options) -> dict[str, Any]:
    return {name: value for name, value in asdict(options).items() if name not in {"seed", "languages"}}


def _written(found: Any) -> bytes:  # noqa: ANN401 - what JSON can hold
    return json.dumps(found, ensure_ascii=False).encode()
