"""How the recipe `accurate` is trained: a pretrained encoder, tuned on texts that are drawn out of all files."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_store import finding, rounding, runtime
from model_store.prediction import LIKELIEST
from model_store.recipes import accurate
from model_store.recipes.accurate import PIECES, TABLES
from model_store.serving import WEIGHTS, WORDS
from model_store.training import finetuning, mpnet, pretrained, reading, rows, teaching
from model_store.training.drawing import Group
from model_store.training.finetuning import Course, Examples, Fit
from model_store.training.packages import Package
from model_store.training.parts import Parts
from model_store.training.rows import Rows
from model_store.training.trainers import Base, OnStep, Trained, silent
from model_store.wordpieces import WordPieces
from settings import environment, errors

if TYPE_CHECKING:
    import keras

Options, SEARCHED, VALIDATION, NEUTRAL = accurate.Options, accurate.SEARCHED, accurate.VALIDATION, True
HELD_OUT = 25  # every 25th long text to train on is kept for their line: a thousand reviews
LOOKED_AT = 1_000  # rows to train on whose loss is measured after each epoch
CHECKPOINTS = "training"  # folder in the cache
RECIPE = "accurate"
TEACHER_PART = 0.7  # of the progress bar


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
    start = base.spec if base else "the pretrained weights of {} {}".format(*pretrained.PACKAGE)
    said = (
        f"{planned.texts:,} texts drawn out of {found:,} are seen in {planned.rounds} rounds, from {start} on.\n"
        f"Each round is kept in {_checkpoints()}: the same command goes on from there if it is stopped."
    )
    if options.teacher:
        first = teacher_course(options, found)
        said = f"Before, a network of five times the size sees {first.texts:,}, and says what it holds of all.\n{said}"
    return said


def train(made: Parts, options: accurate.Options, base: Base | None = None, on_step: OnStep = silent) -> Trained:
    """Tune the network, and find the lines to calibrated logits."""
    listed = json.loads(base.contents[PIECES]) if base else pretrained.vocabulary()
    start = rounding.load(base.contents[WEIGHTS]) if base else pretrained.weights()
    pieces = WordPieces(listed)
    seen, chosen = see(made, options, pieces), rows.chosen(made)
    others = [_weights(spec) for spec in options.average]
    runtime.start(onednn=True)
    runtime.repeat_exactly()
    drawn = np.random.default_rng(options.seed).permutation(np.concatenate([one.rows for one in seen.groups]))
    fitted = Fit(seen.examples, seen.groups, seen.examples.take(drawn[:LOOKED_AT]), examples(chosen, pieces))
    network, history = learn(start, fitted, options, on_step)
    together = [np.mean(ones, axis=0) for ones in zip(network.get_weights(), *others, strict=True)]
    weights = rounding.save(together, TABLES)
    kinds = reading.calibrate(weights, pieces, chosen, seen.held)
    card = {
        "languages": list(options.languages or (base.card["languages"] if base else accurate.LANGUAGES)),
        "thresholds": dict(LIKELIEST),
        "parameters": network.count_params(),
        "seed": options.seed,
        "hyper_parameters": {**_hyper_parameters(options), "texts": course(options, len(seen.examples.pieces)).texts},
        "pretrained": None if base else _package(pretrained.PACKAGE),
        "averaged": list(options.average),
        "teacher": [_package(part) for part in mpnet.PARTS] if options.teacher else [],
        "lines": {name: kind._asdict() for name, kind in zip(("short", "long"), kinds, strict=True)},
    }
    frequent = base.contents[WORDS] if base else rows.frequent(seen.texts)
    contents = {WEIGHTS: weights, PIECES: _written(listed), WORDS: frequent}
    return Trained(contents, card, history, len(history["loss"]))


def learn(
    start: Sequence[NDArray[np.float32]], fitted: Fit, options: accurate.Options, on_step: OnStep
) -> tuple["keras.Model", dict[str, list[float]]]:
    """Tune the network, by its teacher if it has one; gives it with its curves."""
    found = len(fitted.examples.pieces)
    planned = course(options, found)
    before = 0.0
    if options.teacher:
        first, before = teacher_course(options, found), TEACHER_PART
        folder = _checkpoints() / finetuning.fingerprint(fitted, first)
        taught = teaching.teach(fitted, first, folder, _part(on_step, 0.0, before / first.rounds))
        fitted = fitted._replace(examples=taught)
    folder = _checkpoints() / finetuning.fingerprint(fitted, planned)
    return finetuning.fit(start, fitted, planned, folder, _part(on_step, before, (1 - before) / planned.rounds))


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
    window = accurate.LEARNT_WINDOW
    return Course(texts, options.batch_tokens, window, options.learning_rate, options.dropout, options.seed)


def teacher_course(options: accurate.Options, found: int) -> Course:
    """Say how long and how fast the teacher learns."""
    texts = min(teaching.TEXTS, accurate.TIMES * found)
    return course(options, found)._replace(
        texts=texts, tokens=teaching.BATCH_TOKENS, rate=teaching.RATE, dropout_within=teaching.DROPOUT, size=mpnet.MPNET
    )


def _weights(spec: str) -> list[NDArray[np.float32]]:
    """Read the weights of another version, to be averaged with what is learnt."""
    version = finding.find(spec)
    if version.card["recipe"] != RECIPE:
        raise errors.WrongInput(f"--average {spec}: only versions of the recipe {RECIPE} have weights of its kind.")
    return rounding.load((version.folder / WEIGHTS).read_bytes())


def _checkpoints() -> Path:
    return environment.load().cache_folder.expanduser() / CHECKPOINTS


def _part(on_step: OnStep, before: float, each: float) -> OnStep:
    """Count the rounds of a part of the training as hundredths of the whole."""
    return lambda done, _=None: on_step(100 * (before + done * each))


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
    said_elsewhere = {"seed", "languages", "teacher", "average"}
    return {name: value for name, value in asdict(options).items() if name not in said_elsewhere}


def _package(package: Package) -> dict[str, str]:
    return {"package": package.name, "version": package.version}


def _written(found: Any) -> bytes:  # noqa: ANN401 - what JSON can hold
    return json.dumps(found, ensure_ascii=False).encode()
