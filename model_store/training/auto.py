"""How the recipe `auto` is made: the limit below which the accurate member is asked, by what validates."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from model_store import cascade, finding, loading
from model_store.cascade import ACCURATE, FAST, Rule
from model_store.prediction import LIKELIEST
from model_store.recipes import auto, fast
from model_store.serving import WORDS, Scores
from model_store.training import evaluation, rows
from model_store.training.parts import Parts
from model_store.training.rows import Rows
from model_store.training.trainers import Base, OnStep, Trained, silent
from settings import errors

Options, SEARCHED, VALIDATION, NEUTRAL = auto.Options, auto.SEARCHED, auto.VALIDATION, True
LIMITS = np.arange(0.34, 1.005, 0.01)  # of three probabilities one is always a third


class Tried(NamedTuple):
    """What a limit comes to on the rows that validate."""

    limit: float
    #: part of the texts that the accurate member is asked for
    asked: float
    macro_f1: float
    macro_recall: float | None


def steps(_options: auto.Options) -> int:
    """Count the limits that are tried."""
    return len(LIMITS)


def introduce(made: Parts, options: auto.Options, base: Base | None = None) -> str:
    """Name the members, and the rows that choose."""
    del base
    texts = sum(len(one.texts) for one in made.validation)
    return f"{options.fast} and {options.accurate}; {texts:,} texts choose the limit between them. Nothing is trained."


def train(made: Parts, options: auto.Options, base: Base | None = None, on_step: OnStep = silent) -> Trained:
    """Choose the limit."""
    if base:
        raise errors.WrongInput("The recipe auto has no weights of its own: nothing can go on from them.")
    versions = {name: finding.find(spec) for name, spec in ((FAST, options.fast), (ACCURATE, options.accurate))}
    chosen = rows.chosen(made)
    said = {name: loading.load(version).scorer.score(chosen.texts) for name, version in versions.items()}
    tried = []
    for limit in LIMITS if options.limit is None else [options.limit]:
        tried.append(look(said[FAST], said[ACCURATE], chosen, float(limit)))
        on_step(len(tried))
    found = pick(tried) if options.limit is None else tried[0]
    card: dict[str, Any] = {
        "languages": [
            code for code in versions[FAST].card["languages"] if code in versions[ACCURATE].card["languages"]
        ],
        "thresholds": dict(LIKELIEST),
        "parameters": sum(version.card["parameters"] for version in versions.values()),
        "seed": options.seed,
        "hyper_parameters": {"limit": found.limit, "asked": round(found.asked, 4)},
        "members": {name: {"spec": one.spec, "sha256": one.sha256} for name, one in versions.items()},
        "rule": {"limit": found.limit, "short_weight": auto.SHORT_WEIGHT, "long_weight": auto.LONG_WEIGHT},
        "tried": [one._asdict() for one in tried],
    }
    return Trained({WORDS: (versions[FAST].folder / WORDS).read_bytes()}, card, {}, 0)


def look(fast_said: Scores, accurate_said: Scores, chosen: Rows, limit: float) -> Tried:
    """Measure what a limit comes to; what the members say of all rows is known."""
    rule = Rule(limit, auto.SHORT_WEIGHT, auto.LONG_WEIGHT, fast.SHORT)
    found, asked = cascade.ruled(fast_said, accurate_said, chosen.texts, rule)
    figures = evaluation.of_scores(chosen.labels, found, LIKELIEST)
    share = len(asked) / max(len(chosen.texts), 1)
    return Tried(round(limit, 2), share, figures["macro_f1"], figures["macro_recall"])


def pick(tried: Sequence[Tried]) -> Tried:
    """Pick the lowest limit from which on no other loses more than `WITHIN` against the highest, which asks for all."""
    whole = tried[-1]

    def loss(one: Tried) -> float:
        recall = (
            0.0 if whole.macro_recall is None or one.macro_recall is None else whole.macro_recall - one.macro_recall
        )
        return max(whole.macro_f1 - one.macro_f1, recall)

    lost = np.array([loss(one) for one in tried]) > auto.WITHIN
    return tried[int(lost.nonzero()[0].max(initial=-1)) + 1]
