"""A worker with the model of `tests.lethal`: some texts end it, unless it scores apart."""

import signal
import sys

from tests import lethal
from worker import apart, chunks, embedded, ending, scoring

#: as `tests.conftest` has them; not imported, for the servers that come with it
RETRIES = chunks.Retries(max_attempts=3, delay_seconds=0.0, lease_seconds=60.0)


def scorer(url):
    child = [sys.executable, "-m", "tests.lethal"]
    return scoring.Scorer(url, RETRIES, lambda _model_id: lethal.LethalModel(), lambda _model_id: apart.Apart(child))


if __name__ == "__main__":
    with ending.told_by(ending.leave, signal.SIGTERM):
        embedded.drain(scorer(sys.argv[1]))
