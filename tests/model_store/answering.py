"""Answers without a model: probabilities as given, or drawn for a model that is as sure as it is right."""

from dataclasses import replace

import numpy as np

from model_store.prediction import NO_KNOWN_WORD, Prediction
from model_store.training import answers
from model_store.training.answers import Answers

HALVES = {"negative": 0.5, "positive": 0.5}


def predicted(*pairs: tuple[float, float] | None) -> Prediction:
    """`p_negative` and `p_positive` of each text, or None where it is skipped."""
    skipped = np.array([NO_KNOWN_WORD if pair is None else None for pair in pairs], object)
    both = np.array([(np.nan, np.nan) if pair is None else pair for pair in pairs], np.float32)
    return Prediction(both[:, 0], both[:, 1], skipped, np.full(len(pairs), None, object))


def answered(truth, *pairs: tuple[float, float] | None) -> Answers:
    return replace(answers.beside(np.array(truth, np.int8), predicted(*pairs), HALVES), seconds=1.0)


def by_sides(truth, sides) -> Answers:
    """A model that is quite sure of each of these sides, and skips where there is none."""
    return answered(truth, *({1: (0.1, 0.9), -1: (0.9, 0.1), None: None}[side] for side in sides))


def calibrated(rows: int, seed: int, *, neutral: bool = False) -> Answers:
    """A model whose probabilities are those that its rows were drawn by."""
    drawn = np.random.default_rng(seed)
    probabilities = drawn.dirichlet((0.6, 0.6 if neutral else 1e-9, 0.6), rows)
    truth = (drawn.random((rows, 1)) > probabilities.cumsum(axis=1)).sum(axis=1) - 1
    return answered(truth, *map(tuple, probabilities[:, [0, 2]]))
