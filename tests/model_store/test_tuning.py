import csv
import io
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from itertools import accumulate
from typing import ClassVar

import pytest

from model_store.options import Around, Between, option
from model_store.training import trainers, trials, tuning
from model_store.training.trainers import Trained
from model_store.training.trials import Trial
from model_store.training.tuning import Limits

RATES = {"fast": 0.1, "slow": 10.0}


@dataclass(frozen=True)
class Options:
    size: int = option(4, "A choice.")
    rate: float | None = option(None, "How far.")
    way: str = option("slow", "How.", choices=RATES)
    share: float = option(0.25, "A part.")
    layers: int = option(9, "Out of the range that is searched.")
    epochs: int = option(3, "Times.")
    seed: int = option(1, "Chance.")


class Quick:
    """A recipe that learns nothing: its accuracy is told by its options."""

    Options = Options
    SEARCHED: ClassVar = {
        "rate": Around("way", RATES),
        "way": tuple(RATES),
        "size": (2, 4, 8),
        "share": Between(0.0, 0.5),
        "layers": Between(1, 3),
    }
    VALIDATION, NEUTRAL = 0.3, False

    def __init__(self, *, seconds_an_epoch=0.0, fails=()):
        self.seen, self._seconds, self._fails = [], seconds_an_epoch, fails

    def train(self, made, options, _base, on_step):
        self.seen.append((made, options))
        if len(self.seen) in self._fails:
            raise KeyboardInterrupt
        end = 0.6 + options.share / 2 + options.size / 100
        told = list(accumulate([0.5, *[(end - 0.5) / options.epochs] * options.epochs]))[1:]
        for epoch, accuracy in enumerate(told, 1):
            time.sleep(self._seconds)
            on_step(epoch, accuracy)
        return Trained({}, {}, {"val_accuracy": told}, options.epochs)


TWELVE = Limits(60, 12)


def search(trainer, made, limits=TWELVE, **fixed):
    return list(tuning.search(trainer, made, fixed, limits))


def test_the_first_trial_is_the_recipe_as_it_is_where_that_can_be_searched(made):
    first = search(Quick(), made)[0]
    assert first.options.keys() == Quick.SEARCHED.keys()
    assert {name: value for name, value in first.options.items() if name != "layers"} == {
        "rate": 10.0,
        "way": "slow",
        "size": 4,
        "share": 0.25,
    }
    assert first.options["layers"] in {1, 2, 3}


def test_every_value_is_out_of_its_range(made):
    for trial in search(Quick(), made, Limits(60, 40)):
        chosen = trial.options
        assert 0.1 <= chosen["rate"] / RATES[chosen["way"]] <= 10
        assert chosen["size"] in {2, 4, 8}
        assert 0 <= chosen["share"] <= 0.5
        assert isinstance(chosen["layers"], int)
        assert chosen["share"] == float(f"{chosen['share']:.4g}")


def test_the_same_seed_tries_the_same_and_another_seed_something_else(made):
    first, second, other = ([trial.options for trial in search(Quick(), made, seed=seed)] for seed in (5, 5, 6))
    assert first == second
    assert [{**one, "seed": 5} for one in other[1:]] != first[1:]


def test_what_is_given_stays_and_is_not_searched(made):
    found = search(Quick(), made, way="fast", epochs=2)
    assert {trial.options["way"] for trial in found} == {"fast"}
    assert {trial.options["epochs"] for trial in found} == {2}
    assert all(0.01 <= trial.options["rate"] <= 1 for trial in found)
    assert set(tuning.spaces(Quick(), {"way": "fast", "epochs": 2})) == {"rate", "size", "share", "layers"}


def test_the_best_is_better_than_the_recipe_as_it_is(made):
    found = search(Quick(), made, Limits(60, 40))
    best = trials.best(found)
    assert best.val_accuracy > found[0].val_accuracy + 0.05
    assert best.val_accuracy == max(trial.val_accuracy for trial in found)


def test_a_trial_that_is_worse_than_half_of_the_others_is_given_up(made):
    found = search(Quick(), made, Limits(60, 40))
    assert {trial.state for trial in found} == {"complete", "pruned"}
    assert [trial.state for trial in found[: tuning.WHOLE_TRIALS]] == ["complete"] * tuning.WHOLE_TRIALS


def test_the_test_part_is_not_handed_to_a_training(made):
    quick = Quick()
    search(quick, made)
    assert made.test
    assert {seen.test for seen, _ in quick.seen} == {()}
    assert all(seen[:3] == made[:3] for seen, _ in quick.seen)


def test_the_time_limit_ends_a_trial_in_its_middle_and_keeps_what_it_came_to(made):
    started = time.monotonic()
    found = search(Quick(seconds_an_epoch=0.04), made, Limits(0.5), epochs=5)
    assert 0.5 <= time.monotonic() - started < 5
    *others, last = found
    assert last.state == "stopped"
    assert all(trial.state in {"complete", "pruned"} for trial in others)
    alone = search(Quick(seconds_an_epoch=0.04), made, Limits(0.1), epochs=100)
    assert [trial.state for trial in alone] == ["stopped"]
    assert 0.5 < alone[0].val_accuracy < 0.52


def test_the_time_that_went_by_is_told(made):
    told = []
    list(tuning.search(Quick(seconds_an_epoch=0.02), made, {}, Limits(0.2), told.append))
    assert told == sorted(told)
    assert told[-1] == 0.2


def test_ctrl_c_keeps_what_was_found(made):
    found = search(Quick(fails={3}), made)
    assert [trial.state for trial in found] == ["complete", "complete", "stopped"]
    assert found[-1].val_accuracy is None
    assert trials.best(found) in found[:2]


@pytest.fixture(scope="module")
def found(made):
    return [*search(Quick(), made, Limits(60, 9), epochs=2), Trial(10, "stopped", None, 0.5, {})]


def test_the_table_has_a_row_for_every_trial(found):
    found[-1].options.update(found[0].options)
    rows = list(csv.DictReader(io.StringIO(trials.table(found))))
    options = ["epochs", "way", "size", "share", "layers", "rate"]
    assert list(rows[0]) == ["number", "state", "validation_accuracy", "seconds", *options]
    assert [int(row["number"]) for row in rows] == list(range(1, 11))
    assert float(rows[0]["validation_accuracy"]) == pytest.approx(found[0].val_accuracy, abs=1e-6)
    assert (rows[-1]["state"], rows[-1]["validation_accuracy"]) == ("stopped", "")


def test_the_pictures_show_the_best_and_each_option(found):
    pictures = trials.draw(found, tuning.spaces(Quick(), {}), "quick <b>&")
    drawn = "".join(ET.fromstring(pictures["trials.svg"]).itertext())
    best = trials.best(found)
    for shown in ("quick <b>&", "Rate", "Way", "Size", "Share", "Layers", f"trial {best.number}", "Trial"):
        assert shown in drawn
    assert f"best: {100 * best.val_accuracy:.2f} %" in drawn
    assert pictures["trials.png"].startswith(b"\x89PNG")


def test_trials_that_learnt_nothing_do_not_press_the_others_together():
    tried = [Trial(1, "complete", 0.88, 1.0, {"size": 2}), Trial(2, "pruned", 0.5, 1.0, {"size": 4})]
    drawn = "".join(ET.fromstring(trials.draw(tried, {"size": (2, 4)}, "")["trials.svg"]).itertext())
    assert "≤ 78%" in drawn


@pytest.mark.parametrize("recipe", ["imdb", "lstm", "cnn"])
def test_every_recipe_of_a_network_can_be_searched(recipe):
    trainer = trainers.named(recipe)
    options = trainer.Options()
    assert all(hasattr(options, name) for name in trainer.SEARCHED)
    assert tuning._usual(trainer, trainer.SEARCHED).keys() == trainer.SEARCHED.keys()  # noqa: SLF001 - of no other use
