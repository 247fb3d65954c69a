"""A worker that is told to end: the chunk in hand has a while to be finished, then it is handed back.

The clock is the alarm of the operating system (SIGALRM), which interrupts a main thread that waits for its children or
scores: nothing has to look at it meanwhile.
"""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psutil

#: as a shell says of a process that SIGTERM ended
LEFT = 128 + signal.SIGTERM
CHUNK_TASK = "worker.tasks.score_chunk"
#: between asking a process that scores to hand its chunk back and killing it: code that is not Python may not be asked
ASKED_SECONDS = 2.0


class Ending:
    """The end of a process: told once, it has so many seconds; told again, none.

    Args:
        seconds: after which `end` is called.
        end: makes an end of what is in hand; called once.

    """

    def __init__(self, seconds: float, end: Callable[[], None]) -> None:
        self._seconds = seconds
        self._end: Callable[[], None] | None = end
        self.told = False

    def tell(self) -> None:
        """Tell it; in the main thread."""
        if self.told or not self._seconds:
            self._finish()
        else:
            _ring(self._seconds, self._finish)
        self.told = True

    def _finish(self) -> None:
        # Whoever is told a third time hands its chunk back already: that must not be broken off.
        end, self._end = self._end, None
        if end is not None:
            self.told = True
            end()


@contextmanager
def told_by(tell: Callable[[], None], *signals: signal.Signals) -> Iterator[None]:
    """Call something with each of these signals while the block runs; in the main thread."""
    before = {number: signal.signal(number, lambda _signal, _frame: tell()) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def timed() -> Iterator[None]:
    """Let nothing ring after this block; in the main thread.

    Python lets go of its handlers before its process is gone: an alarm that rings then ends the process by SIGALRM.
    """
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def leave() -> None:
    """End this process: what is in hand hands itself back on the way."""
    sys.exit(LEFT)


def end_chunks() -> None:
    """Have the children of a Celery worker hand back their chunks; reports and deliveries are left to finish."""
    from celery.worker import state  # noqa: PLC0415 - embedded mode has no Celery

    _end([request.worker_pid for request in tuple(state.active_requests) if request.name == CHUNK_TASK])


def _end(pids: list[Any]) -> None:
    children = [psutil.Process(pid) for pid in pids if pid and psutil.pid_exists(pid)]
    for child in children:
        with suppress(psutil.NoSuchProcess):
            child.terminate()
    _ring(ASKED_SECONDS, lambda: _kill(children))


def _kill(children: list[psutil.Process]) -> None:
    for child in children:
        with suppress(psutil.NoSuchProcess):
            child.kill()


def _ring(seconds: float, then: Callable[[], None]) -> None:
    signal.signal(signal.SIGALRM, lambda _signal, _frame: then())
    signal.setitimer(signal.ITIMER_REAL, seconds)
