"""How the recipe `imdb` is trained: as every network, and with `--grid` by a search."""

from functools import partial
from typing import Any

from model_store import network
from model_store.recipes import imdb
from model_store.training import networks, search
from model_store.training.parts import Parts
from model_store.training.trainers import Base, OnStep, Trained, silent

Options, SEARCHED, VALIDATION, NEUTRAL = imdb.Options, imdb.SEARCHED, imdb.VALIDATION, False
ARTICLE_ROWS = 25_000  # film reviews in either split

introduce = partial(networks.introduce, imdb)


def steps(options: imdb.Options) -> int:
    """Count the epochs of a training, or of the whole search."""
    return search.epochs(options)


def train(parts: Parts, options: imdb.Options, base: Base | None = None, on_step: OnStep = silent) -> Trained:
    """Train once, or search L2, batch size and seed."""
    options = networks.continued(imdb, options, base)
    sets = networks.prepare(imdb, parts, base)
    start = network.weights(base.contents, imdb.WEIGHTS) if base else None
    found = search.run(sets, options, start, on_step)
    made = networks.trained(imdb, sets, found.kept)
    return made._replace(card={**made.card, **_beside(parts, found)})


def _beside(parts: Parts, found: search.Search) -> dict[str, Any]:
    grid = {"grid": search.table(found.grid), "seeds": search.table(found.seeds)}
    return {
        "search": {**grid, "seeds_validation": search.spread(found.seeds)} if found.grid else None,
        "article": imdb.ARTICLE if _are_articles(parts) else None,
    }


def _are_articles(parts: Parts) -> bool:
    """Say whether these are the article's, by their sizes: elsewhere its figures mean nothing."""
    learnt, judged = (sum(len(one.texts) for one in sets) for sets in ((*parts[0], *parts[1], *parts[2]), parts.test))
    return learnt == judged == ARTICLE_ROWS
