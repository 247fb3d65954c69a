"""The process of `worker.apart`: loads a version, and answers over a pipe until that is closed."""

import ctypes
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from model_store import prediction
from settings import errors
from worker.faults import FAILED, Fault

PR_SET_PDEATHSIG = 1  # of linux/prctl.h
#: Of -1,000 to 1,000, each a thousandth of the memory: where it runs out this process ends, and not its parent, which
#: has loaded the same. Not more, or it would end for what others take.
OOM_SCORE_ADJ = 300


def answer(descriptor: int, load: Callable[[], prediction.Model]) -> None:
    """Load a model, say its thresholds, then answer questions: texts and brands to a prediction or a fault."""
    _prepare()
    with Connection(descriptor) as connection, suppress(EOFError, BrokenPipeError, ConnectionResetError):
        try:
            model = load()
        except errors.BrandpulseError as error:
            connection.send(str(error))
            return
        connection.send(dict(model.thresholds))
        while True:
            texts, brands = connection.recv()
            connection.send(_predict(model, texts, brands))


def _predict(model: prediction.Model, texts: Any, brands: Any) -> prediction.Prediction | Fault:  # noqa: ANN401 - as `predict` takes them
    try:
        return model.predict(texts, brands)
    except Exception as error:  # noqa: BLE001 - it is told
        return Fault(FAILED, f"{type(error).__name__}: {error}")


def _prepare() -> None:
    """Let this process end with its parent, for its parent, and by nobody else's signal."""
    for asked in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        # Whoever asks all of a group to end asks the parent as well; it would look as if a comment had done it.
        signal.signal(asked, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a comment that ends it does so several times
    if sys.platform == "linux":
        # On others it ends with its next answer, when it finds the pipe closed.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        with suppress(OSError):  # a container may not let it
            Path("/proc/self/oom_score_adj").write_text(str(OOM_SCORE_ADJ), encoding="ascii")


def main() -> None:
    """Run as `worker.apart.of_version` says: the version, the threads it may take, the pipe."""
    from settings import environment, logs  # noqa: PLC0415 - a test's own model has no use for these
    from worker import deployment  # noqa: PLC0415 - as above

    model_id, threads, descriptor = map(int, sys.argv[1:])
    logs.begin(environment.load(), serving=False)
    if threads:
        deployment.limit_threads(threads)
    answer(descriptor, lambda: deployment.load_model(model_id))


if __name__ == "__main__":
    main()
