"""What is trained on, what chooses, and what judges: the parts that labelled files are cut into."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model_store.training.labelled import Labelled
from settings import errors

#: The words of a column `split`; all others, as `train` and `all`, are to train on.
SPLITS = {"validation": "validation", "val": "validation", "valid": "validation", "dev": "validation", "test": "test"}
#: What a filled column of `--drop` may hold and still leave its row in.
NOTHING = frozenset(("", "0", "0.0", "false", "no", "none", "nan"))
HELD_OUT = 0.2  # share of files without a test part that is kept for the test
SEED = 0  # the same rows are drawn whatever the training's seed, so that trainings can be compared
#: Rows of each label, negative and positive, below which a part says nothing.
LEAST = {"test": 20, "train": 20, "validation": 5}

Sets = tuple[Labelled, ...]


class Parts(NamedTuple):
    """Each part holds at most one set of each file, in the order of the files."""

    #: their labels count fully
    train: Sets
    #: labelled by other hands or rules; they are only trained on
    also: Sets
    #: choose the epoch, the hyper-parameters, the thresholds
    validation: Sets
    #: judge the version, once
    test: Sets

    def polar(self) -> "Parts":
        """Leave out the neutral rows, for a recipe that knows two labels."""
        return Parts(*(_filled(one.where(one.labels != 0) for one in part) for part in self))

    def neutral(self) -> int:
        """Count the neutral rows."""
        return sum(one.counts()["neutral"] for part in self for one in part)


def cut(
    data: Sequence[Labelled], also: Sequence[Labelled] = (), *, drop: Sequence[str] = (), validation: float
) -> Parts:
    """Cut files into parts by their column `split`.

    Where no file has test rows, a fifth of each of `data` is held out for it; where none has validation rows, the share
    `validation` of what is left is. Of `also`, the rows of other splits than train are left out. Rows whose column out
    of `drop` is filled are left out first, everywhere.

    Raises:
        errors.UnknownColumn: no file has one of the columns to drop by.
        errors.WrongInput: a part has too few rows of a label.

    """
    _refuse_unknown(drop, [*data, *also])
    files = [_in_order(_without(one, drop)) for one in data]
    train, chosen, test = (_filled(_of(one, part) for one in files) for part in ("train", "validation", "test"))
    if not test:
        train, test = _hold_out(train, HELD_OUT)
    if not chosen:
        train, chosen = _hold_out(train, validation)
    beside = _filled(_of(_in_order(_without(one, drop)), "train") for one in also)
    made = Parts(train, beside, chosen, test)
    _refuse_few(made)
    return made


def counts(sets: Iterable[Labelled]) -> dict[str, int]:
    """Count the rows by label."""
    found = {"negative": 0, "neutral": 0, "positive": 0}
    for one in sets:
        for label, rows in one.counts().items():
            found[label] += rows
    return found


def _without(data: Labelled, drop: Sequence[str]) -> Labelled:
    filled = np.zeros(len(data.texts), bool)
    for name in drop:
        filled |= [str(value).strip().lower() not in NOTHING for value in data.others.get(name, [None] * len(filled))]
    return replace(data.where(~filled), dropped=int(filled.sum()))


def _in_order(data: Labelled) -> Labelled:
    """Sort the rows: a file in another order, as one out of an archive, gives the same parts and the same model."""
    rows = sorted(range(len(data.texts)), key=lambda i: (data.texts[i], data.labels[i]))
    return data.take(np.array(rows, np.intp))


def _of(data: Labelled, part: str) -> Labelled:
    if not data.splits:
        return data.where([part == "train"] * len(data.texts))
    return data.where(SPLITS.get(split.strip().lower(), "train") == part for split in data.splits)


def _hold_out(train: Sets, share: float) -> tuple[Sets, Sets]:
    """Draw a share of each set; gives what is left, and what was drawn."""
    pairs = [(one.take(left), one.take(drawn)) for one in train for left, drawn in [_draw(one.labels, share)]]
    return _filled(left for left, _ in pairs), _filled(drawn for _, drawn in pairs)


def _draw(labels: NDArray[np.int8], share: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Draw rows at random, each label by itself; a label with a single row, and a set of very few, stay whole."""
    from sklearn.model_selection import train_test_split  # noqa: PLC0415 - half a second that only training needs

    rows = np.arange(len(labels))
    common = np.flatnonzero(np.bincount(labels + 1, minlength=3)[labels + 1] > 1)
    if len(common) < LEAST["validation"] / share:
        return rows, rows[:0]
    left, drawn = train_test_split(common, test_size=share, random_state=SEED, stratify=labels[common])
    return np.concatenate([left, np.setdiff1d(rows, common)]), drawn


def _filled(sets: Iterable[Labelled]) -> Sets:
    return tuple(one for one in sets if one.texts)


def _refuse_unknown(drop: Sequence[str], files: Sequence[Labelled]) -> None:
    for name in drop:
        if not any(name in one.others for one in files):
            raise errors.UnknownColumn(
                f"--drop {name}: no file has a column of that name; the files are "
                f"{', '.join(one.name for one in files)}."
            )


def _refuse_few(made: Parts) -> None:
    for part, least in LEAST.items():
        found = counts(made._asdict()[part])
        if part == "train":
            # What was drawn from it to validate was there to train on.
            found = {label: rows + counts(made.validation)[label] for label, rows in found.items()}
        if min(found["negative"], found["positive"]) < least:
            names = ", ".join(dict.fromkeys(one.name for sets in made for one in sets))
            raise errors.WrongInput(
                f"{names} has {found['negative']} negative and {found['positive']} positive rows to {part}: "
                f"at least {least} of each are needed."
            )
