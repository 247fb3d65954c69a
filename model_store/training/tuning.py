"""The search for a recipe's hyper-parameters in a given time, by validation accuracy; the test part is not looked at.

Optuna chooses: Tree-structured Parzen estimators after some random trials (Bergstra et al. 2011), and a trial ends
early where it is worse than half of the others were at the same epoch.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from model_store.options import Around, Between, Searched
from model_store.training.parts import Parts
from model_store.training.trainers import Trainer
from model_store.training.trials import COMPLETE, PRUNED, STOPPED, Trial

if TYPE_CHECKING:
    import optuna

WHOLE_TRIALS = 3  # before any other is given up early


class Limits(NamedTuple):
    """When the search ends."""

    seconds: float
    trials: int | None = None


class OnTime(Protocol):
    """Is told the seconds that the search has taken so far."""

    def __call__(self, seconds: float, /) -> None:
        """Take note."""


class _Over(Exception):
    """Ends the running trial; its argument is the state to leave it in."""


def spaces(trainer: Trainer, fixed: Mapping[str, Any]) -> Searched:
    """Give the options that are searched: those that are not fixed, last the ones whose range another decides."""
    left = {name: space for name, space in trainer.SEARCHED.items() if name not in fixed}
    return dict(sorted(left.items(), key=lambda item: isinstance(item[1], Around)))


def search(
    trainer: Trainer, made: Parts, fixed: Mapping[str, Any], limits: Limits, on_time: OnTime = lambda _seconds: None
) -> Iterator[Trial]:
    """Try options beside the fixed ones, first the recipe's usual ones; the same seed tries the same.

    Ends at the time limit, also within a trial, and by Ctrl-C; of the running trial is given what it came to.
    """
    import optuna  # noqa: PLC0415 - half a second that only a search needs

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    searched, unseen = spaces(trainer, fixed), made._replace(test=())
    study = optuna.create_study(
        direction="maximize",
        sampler=optuna.samplers.TPESampler(seed=trainer.Options(**fixed).seed),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=WHOLE_TRIALS),
    )
    study.enqueue_trial(_usual(trainer, searched))
    clock = _Clock(limits.seconds, on_time)
    for number in range(1, (limits.trials or 1_000_000) + 1):
        asked = study.ask()
        options = {**fixed, **_suggested(asked, searched, trainer.Options(**fixed))}
        trial = _tried(trainer, unseen, options, asked, clock)._replace(number=number)
        yield trial
        if trial.state == STOPPED or clock.is_over():
            return
        if trial.state == PRUNED:
            study.tell(asked, state=optuna.trial.TrialState.PRUNED)  # Optuna knows what it reported
        else:
            study.tell(asked, trial.val_accuracy)


class _Clock:
    def __init__(self, limit_seconds: float, on_time: OnTime) -> None:
        self._started, self._limit, self._on_time = time.monotonic(), limit_seconds, on_time

    def is_over(self) -> bool:
        seconds = time.monotonic() - self._started
        self._on_time(min(seconds, self._limit))
        return seconds >= self._limit


def _tried(trainer: Trainer, made: Parts, options: dict[str, Any], asked: "optuna.Trial", clock: _Clock) -> Trial:
    """Train once and give the best validation accuracy, of the epochs that there was time for."""
    seen: list[float] = []

    def on_step(_done: float, val_accuracy: float | None = None, /) -> None:
        if val_accuracy is not None:
            seen.append(val_accuracy)
            asked.report(val_accuracy, len(seen))
            if asked.should_prune():
                raise _Over(PRUNED)
        if clock.is_over():
            raise _Over(STOPPED)

    started, state = time.monotonic(), COMPLETE
    try:
        seen.append(trainer.train(made, trainer.Options(**options), None, on_step).at_best("val_accuracy"))
    except _Over as over:
        state = str(over)
    except KeyboardInterrupt:
        state = STOPPED
    return Trial(0, state, max(seen, default=None), time.monotonic() - started, options)


def _usual(trainer: Trainer, searched: Searched) -> dict[str, Any]:
    """Give the recipe's own values, where the search could choose them."""
    usual: dict[str, Any] = {field.name: field.default for field in fields(trainer.Options)}
    found: dict[str, Any] = {}
    for name, space in searched.items():
        if isinstance(space, Around):
            found[name] = 1.0
        elif (space.low <= usual[name] <= space.high) if isinstance(space, Between) else (usual[name] in space):
            found[name] = usual[name]
    return found


def _suggested(asked: "optuna.Trial", searched: Searched, fixed: Any) -> dict[str, Any]:  # noqa: ANN401 - any recipe's options
    found: dict[str, Any] = {}
    for name, space in searched.items():
        if isinstance(space, Around):
            # Optuna sees the factor: what is right for one optimizer so says something of the others.
            usual = space.usual[found.get(space.by) or getattr(fixed, space.by)]
            found[name] = _short(usual * asked.suggest_float(name, 0.1, 10, log=True))
        elif not isinstance(space, Between):
            found[name] = asked.suggest_categorical(name, space)
        elif isinstance(space.low, int) and isinstance(space.high, int):
            found[name] = asked.suggest_int(name, space.low, space.high, log=space.log)
        else:
            found[name] = _short(asked.suggest_float(name, space.low, space.high, log=space.log))
    return found


def _short(value: float) -> float:
    """Keep as many digits as the command shows that trains the same again."""
    return float(f"{value:.4g}")
