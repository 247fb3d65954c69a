"""From parts to a version of a network: what the trainings of the recipes `imdb`, `lstm` and `cnn` have in common."""

from dataclasses import asdict, fields, replace
from typing import Any

from model_store import network, optimizers, runtime
from model_store.serving import WORDS
from model_store.training import fitting
from model_store.training.fitting import Recipe, Run, Sets
from model_store.training.parts import Parts
from model_store.training.trainers import Base, OnStep, Trained, silent
from settings import errors

SHOWN = 30  # ids and words of the sample that are shown, at either end
_NO_HYPER_PARAMETERS = ("seed", "languages", "grid")


def steps(options: Any) -> int:  # noqa: ANN401 - any recipe's
    """Count the epochs of one training."""
    return int(options.epochs)


def train(recipe: Recipe, parts: Parts, options: Any, base: Base | None = None, on_step: OnStep = silent) -> Trained:  # noqa: ANN401 - as above
    """Train once, from the start or from where a version stands."""
    options = continued(recipe, options, base)
    start = network.weights(base.contents, recipe.WEIGHTS) if base else None
    sets = prepare(recipe, parts, base)
    return trained(recipe, sets, fitting.fit(recipe, sets, options, start, on_step))


def prepare(recipe: Recipe, parts: Parts, base: Base | None) -> Sets:
    """Turn the parts to what training sees."""
    return fitting.prepare(parts, recipe.VOCABULARY, recipe.WIDTH, base.contents[WORDS] if base else None)


def continued(recipe: Recipe, options: Any, base: Base | None) -> Any:  # noqa: ANN401 - as above
    """Take from a version what decides the shapes of its weights, and its languages.

    Raises:
        errors.WrongInput: an option asks for other shapes.

    """
    if base is None:
        return replace(options, languages=options.languages or tuple(recipe.LANGUAGES))
    usual = {field.name: field.default for field in fields(options)}
    structure = {name: base.card["hyper_parameters"][name] for name in recipe.STRUCTURE}
    for name, value in structure.items():
        if getattr(options, name) not in {value, usual[name]}:
            raise errors.WrongInput(f"{base.spec} has {name} {value}: what goes on from it cannot change that.")
    return replace(options, **structure, languages=options.languages or tuple(base.card["languages"]))


def trained(recipe: Recipe, sets: Sets, run: Run) -> Trained:
    """Turn what was learned to the files and the card of a version."""
    chosen = {name: value for name, value in asdict(run.options).items() if name not in _NO_HYPER_PARAMETERS}
    chosen["learning_rate"] = optimizers.rate(run.options.optimizer, run.options.learning_rate)
    card = {
        "languages": list(run.options.languages),
        "thresholds": recipe.THRESHOLDS,
        "parameters": sum(weight.size for weight in run.weights.values()),
        "seed": run.options.seed,
        "hyper_parameters": {"vocabulary": recipe.VOCABULARY, "width": recipe.WIDTH, **chosen},
    }
    contents = network.files(sets.vocabulary, run.weights, recipe.PRECISION)
    return Trained(contents, card, run.history, run.best_epoch)


def introduce(recipe: Recipe, parts: Parts, options: Any, base: Base | None = None) -> str:  # noqa: ANN401 - as above
    """Show the sizes of the parts, one text as ids and as words again, and the table of the layers."""
    sets = prepare(recipe, parts, base)
    test = sum(len(one.texts) for one in parts.polar().test)
    said = [f"{len(sets.train.ids):,} texts to train on, {len(sets.validation.ids):,} to validate, {test:,} to test."]
    return "\n".join([*said, "", *_sample(sets), "", summary(recipe, continued(recipe, options, base))])


def summary(recipe: Recipe, options: Any) -> str:  # noqa: ANN401 - as above
    """Draw the table of the layers and their parameters."""
    runtime.start()
    lines: list[str] = []
    recipe.build(options).summary(line_length=80, print_fn=lines.append)
    return "\n".join(lines)


def _sample(sets: Sets) -> list[str]:
    # A text that is padded, else the first.
    shown = int((sets.train.ids[:, -1] == 0).argmax())
    ids, label = sets.train.ids[shown], "positive" if sets.train.positive[shown] else "negative"
    return [
        f"A text, {label}, as {int((ids > 0).sum())} ids, and as words again:",
        f"  {' '.join(map(str, ids[:SHOWN]))} …",
        f"  {sets.vocabulary.decode(ids[:SHOWN])} …",
        f"Of each text the last {len(ids)} ids are kept; a shorter one is padded with 0 at its end, as this one:",
        f"  … {' '.join(map(str, ids[-SHOWN:]))}",
    ]
