"""Two workers over one, with the slowest shipped model, on comments that are ingested already."""

from typing import NamedTuple

from benchmarks import comments, outcome, processes
from benchmarks.deployment import WARM_BRAND, WARM_CHUNK, Deployment

#: 12,000 tweets a second where `imdb@1` scores 34,000 (docs/models.md)
SLOWEST = "lstm@1"
#: of each measured rescore at least: who waits for the other's last chunk waits a twentieth of the time at most
CHUNKS = 20
CHUNK_COMMENTS = 5_000  # the model's own size


class Rates(NamedTuple):
    """Comments per second, from the first claim to the end of the last chunk."""

    one: float
    two: float


def measure(running: Deployment) -> Rates:
    """Rescore one brand by two warm workers, then another one, as large, by one of them; the second worker is ended."""
    two_brand, one_brand, *_ = comments.BRANDS
    _warm(running)
    two = _rate(running, two_brand)
    running.end_workers(1)
    return Rates(_rate(running, one_brand), two)


def _warm(running: Deployment) -> None:
    """Have each worker load the model."""

    def make_work() -> None:
        running.ingest_small()
        _rescore(running, WARM_BRAND, WARM_CHUNK)

    _rescore(running, WARM_BRAND, WARM_CHUNK)
    running.warm(make_work)


def _rate(running: Deployment, brand: str) -> float:
    last = outcome.last_chunk(running.engine)
    rows = running.plan.comments // len(comments.BRANDS)
    _rescore(running, brand, min(CHUNK_COMMENTS, -(-rows // CHUNKS)))
    running.wait_until(running.is_idle, "The end of a rescore")
    return outcome.rate_since(running.engine, last)


def _rescore(running: Deployment, brand: str, chunk: int) -> None:
    env = running.env | {"BRANDPULSE_CHUNK_SIZE_COMMENTS": str(chunk)}
    processes.brandpulse("rescore", "--model", SLOWEST, "--brand", brand, "--no-wait", env=env)
