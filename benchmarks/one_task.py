"""What a user would do: one Celery task per comment, each calling Keras' `model.predict` on one text.

The network is that of `imdb@1`, the article's. The texts travel through the queue and the answers come back through
it; nothing is written to a database, which would make it slower.
"""

import json
import time
from collections.abc import Callable, Sequence
from functools import cache

from celery import Celery

from benchmarks import processes, servers
from benchmarks.plan import Plan
from model_store import artefact, network, runtime, serving, shipped, words
from model_store.recipes import imdb

PROCESSES = 2  # as many as score for the pipeline
WARM_TASKS = 8
PATIENCE_SECONDS = 300.0

app = Celery("one_task")


@app.task  # type: ignore[untyped-decorator] # Celery's decorators have no types
def score(text: str) -> float:
    """Give the probability that a text is positive."""
    return _scorer()(text)


def measure(plan: Plan, texts: Sequence[str]) -> float:
    """Score texts one a task by two warm processes, and give comments per second."""
    with servers.broker(plan.broker) as url:
        app.conf.update(broker_url=url, result_backend=url)
        options = ("-A", "benchmarks.one_task", "-b", url, "--result-backend", url)
        serve = ("worker", "--concurrency", str(PROCESSES), "--loglevel", "WARNING")
        log = plan.folder / "one_task.log"
        with processes.started("celery", *options, *serve, env=processes.environment(), log=log):
            _wait_for(texts[:WARM_TASKS])
            began = time.monotonic()
            _wait_for(texts)
            return len(texts) / (time.monotonic() - began)


def _wait_for(texts: Sequence[str]) -> None:
    for result in [score.delay(text) for text in texts]:
        result.get(timeout=PATIENCE_SECONDS)


@cache
def _scorer() -> Callable[[str], float]:
    """Load the network once per process."""
    runtime.start(1)
    version = shipped.find("imdb@1")
    _, contents = artefact.verified(version.folder, version.sha256)
    model = imdb.build()
    model.set_weights(network.weights(contents, imdb.WEIGHTS))
    vocabulary = words.Vocabulary(json.loads(contents[serving.WORDS]))
    return lambda text: float(model.predict(vocabulary.encode([text], imdb.WIDTH), verbose=0)[0, 0])
