"""How the recipe `fast` is trained: regressions over n-grams, their lines and the thresholds by what validates."""

from dataclasses import asdict
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_store import runtime, tables
from model_store.recipes import fast
from model_store.serving import WORDS
from model_store.tables import Kind, Line, Tables
from model_store.training import calibration, questions, rows
from model_store.training.iterations import Iterations
from model_store.training.logistic import Weights
from model_store.training.parts import Parts
from model_store.training.questions import Seen
from model_store.training.rows import Rows
from model_store.training.trainers import Base, OnStep, Trained, silent
from model_store.weighing import Weighing

Options, SEARCHED, VALIDATION, NEUTRAL = fast.Options, fast.SEARCHED, fast.VALIDATION, True
FITS = 3  # regressions: short, long and neutral; one that a line is found by comes before some
_NO_HYPER_PARAMETERS = ("seed", "languages")


class Bases(NamedTuple):
    """The weights that each regression goes on from."""

    short: Weights | None = None
    long: Weights | None = None
    neutral: Weights | None = None


def steps(options: fast.Options) -> int:
    """Count the steps of L-BFGS of a training, at most."""
    return FITS * options.iterations


def introduce(made: Parts, options: fast.Options, base: Base | None = None) -> str:
    """Count the rows of either kind."""
    said = []
    for found, purpose in (
        (rows.learnt(made, options.also_polarity, options.also_neutral), "to train on"),
        (rows.chosen(made), "to validate"),
    ):
        long = sum(len(text) > fast.SHORT for text in found.texts)
        short, neutral = len(found.texts) - long, int(((found.labels == 0) & (found.neutral > 0)).sum())
        said.append(f"{short:,} short and {long:,} long texts {purpose}, {neutral:,} of them neutral.")
    return "\n".join([*said, *([f"It goes on from {base.spec}."] if base else [])])


def train(made: Parts, options: fast.Options, base: Base | None = None, on_step: OnStep = silent) -> Trained:
    """Train the regressions; find the lines to their logits, and the thresholds of the labels."""
    languages = options.languages or tuple(base.card["languages"] if base else fast.LANGUAGES)
    learnt, chosen = (
        questions.see(rows.learnt(made, options.also_polarity, options.also_neutral), learnt=True),
        questions.see(rows.chosen(made)),
    )
    bases = _bases(base) if base else Bases()
    iterations = Iterations(options.iterations, on_step)
    kept, kinds = _learn(learnt, chosen, bases, options, iterations)
    hyper_parameters = {"short": fast.SHORT, **asdict(options)}
    card = {
        "languages": list(languages),
        "thresholds": _thresholds(kept, kinds, chosen.rows),
        "parameters": sum(table.size for table in kept[:3]),
        "seed": options.seed,
        "hyper_parameters": {
            name: value for name, value in hyper_parameters.items() if name not in _NO_HYPER_PARAMETERS
        },
        "sizes": kept.sizes,
        "lines": {name: kind._asdict() for name, kind in zip(("short", "long"), kinds, strict=True)},
    }
    frequent = base.contents[WORDS] if base else rows.frequent(learnt.rows.texts)
    return Trained({**tables.files(kept), WORDS: frequent}, card, iterations.history, len(iterations.history["loss"]))


def _learn(
    learnt: Seen, chosen: Seen, bases: Bases, options: fast.Options, iterations: Iterations
) -> tuple[Tables, list[Kind]]:
    """Learn the three questions one after the other; gives the weights as they are kept, and the lines of each kind."""

    def polarity(base: Weights | None, strength: float, *, is_long: bool) -> tuple[Weights, Line]:
        asked, validating = (questions.polarity(seen, base, is_long=is_long) for seen in (learnt, chosen))
        told = iterations.watch(validating, is_drawn=is_long == (chosen.are_long.mean() > 0.5))  # noqa: PLR2004 - most
        found, line = questions.answer(asked, validating, strength, options.iterations, told)
        return questions.together(base, found, line)

    short, short_line = polarity(bases.short, options.polarity, is_long=False)
    long, long_line = polarity(bases.long, options.long, is_long=True)
    neutral, neutral_lines = _neutral(learnt, chosen, bases.neutral, options, iterations)
    kept = tables.rounded(
        runs=np.stack([short.runs, neutral.runs], axis=1),
        characters=np.stack([short.characters, neutral.characters], axis=1),
        long_runs=long.runs[:, None],
    )
    return kept, [Kind(*lines) for lines in zip((short_line, long_line), neutral_lines, strict=True)]


def _neutral(
    learnt: Seen, chosen: Seen, base: Weights | None, options: fast.Options, iterations: Iterations
) -> tuple[Weights, tuple[Line | None, Line | None]]:
    """Learn which texts are neutral; where no row says so, none is."""
    asked, validating = (questions.neutral(seen, base) for seen in (learnt, chosen))
    if not asked.first.any():
        return base or questions.no_weights(), (None, None)
    told = iterations.watch(validating, is_drawn=False)
    found, line = questions.answer(
        asked, validating, options.neutral, options.iterations, told, share=questions.NEUTRAL_SHARE
    )
    weights, short_line = questions.together(base, found, line)
    return weights, (short_line, questions.long_neutral(weights, chosen) or short_line)


def _bases(base: Base) -> Bases:
    """Turn the weights of a version to those of logits."""
    kept, (short, long) = tables.read(base.card, base.contents), tables.kinds(base.card)
    runs, characters, long_runs = (kept.weights(name) for name in ("runs", "characters", "long_runs"))

    def weights(line: Line, runs: NDArray[np.float64], characters: NDArray[np.float64]) -> Weights:
        return Weights(line.slope * runs, line.slope * characters, line.bias)

    return Bases(
        weights(short.polarity, runs[:, 0], characters[:, 0]),
        weights(long.polarity, long_runs[:, 0], np.zeros(len(characters))),
        weights(short.neutral, runs[:, 1], characters[:, 1]) if short.neutral else None,
    )


def _thresholds(kept: Tables, kinds: list[Kind], chosen: Rows) -> dict[str, float]:
    runtime.start()
    found = Weighing(kept, kinds, fast.SHORT).score(chosen.texts)
    return calibration.thresholds(found.p_negative, found.p_positive, chosen.labels)
