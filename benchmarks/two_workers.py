"""Two workers over one, with the slowest shipped model, on comments that are ingested already."""

from typing import NamedTuple

from benchmarks import comments, outcome, processes
from benchmarks.deployment import WARM_BRAND, WARM_CHUNK, Deployment

#: 12,000 tweets a second where `imdb@1` scores 34,000 (docs/models.md)
SLOWEST = "lstm@1"
#: of each measured rescore: no worker is left waiting for the other's last chunk for more than a twentieth of the time
CHUNKS = 20


class Rates(NamedTuple):
    """Comments per second, from the first claim to the end of the last chunk."""

    one: float
    two: float


def measure(running: Deployment) -> Rates:
    """Rescore one brand by two warm workers, then another one, as large, by one of them; the second worker is ended."""
    two_brand, one_brand, *_ = comments.BRANDS
    running.warm(lambda: _rescore(running, WARM_BRAND, WARM_CHUNK))
    two = _rate(running, two_brand)
    running.end_worker()
    return Rates(_rate(running, one_brand), two)


def _rate(running: Deployment, brand: str) -> float:
    last = outcome.last_chunk(running.engine)
    rows = running.plan.comments // len(comments.BRANDS)
    _rescore(running, brand, max(1, -(-rows // CHUNKS)))
    running.wait_until(running.is_idle, "The end of a rescore")
    return outcome.rate_since(running.engine, last)


def _rescore(running: Deployment, brand: str, chunk: int) -> None:
    env = running.env | {"BRANDPULSE_CHUNK_SIZE_COMMENTS": str(chunk)}
    processes.brandpulse("rescore", "--model", SLOWEST, "--brand", brand, "--no-wait", env=env)
