"""Score in a process of its own what a worker was lost over: should that process end too, the worker goes on.

`Apart` answers as a model does. What it is asked goes over a pipe to a child, `worker.apart_process`. A child that
ends, or does not answer in time, is a fault of the texts it was asked; the next question starts another child. So
whoever asks (`worker.answers`) comes to the comments that end it as it does to any that a model cannot take.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from types import TracebackType
from typing import Any, NamedTuple, Self

from model_store import prediction
from settings import errors
from worker.faults import KILLED, CannotTake, Fault, GivenUp

#: TensorFlow is imported, the model loaded, on a machine that may have much else to do
START_SECONDS = 90.0
#: for a 64th of a chunk, which as a whole takes some seconds
PART_SECONDS = 30.0
#: between closing its pipe and the end of a process
END_SECONDS = 10.0
#: No child is started after that: with one more start and part it is less than a task may take (`worker.app`).
MOST_SECONDS = 170.0
#: comments that end the process one after the other before any is scored: then it is no matter of comments
MOST_ALONE = 8


class _Child(NamedTuple):
    process: "subprocess.Popen[bytes]"
    connection: "Connection[Any, Any]"


class Apart:
    """A model version in a process of its own, for one chunk; ended with the block."""

    def __init__(self, command: Sequence[str]) -> None:
        """Take the command that runs `apart_process.answer`; the number of its pipe is added to it."""
        self.thresholds: Mapping[str, float] = {}
        self.chunk_size_comments = 0
        self._command = command
        self._child: _Child | None = None
        self._began: float | None = None
        self._scored_any = False
        self._alone: list[str] = []

    def __enter__(self) -> Self:
        """Begin; the child is started with the first question."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the child, whatever it does."""
        if self._child is not None:
            self._bury(self._child)

    def predict(self, texts: Sequence[str], brands: Sequence[tuple[str, ...]]) -> prediction.Prediction:
        """Score raw texts; see `prediction.Model`.

        Raises:
            CannotTake: it ended the process, took too long, or the model raised; with what to say of it.
            GivenUp: no model could be loaded, every comment ends the process, or it takes too long altogether.
            errors.ModelError: the version cannot be loaded, by what the child says.

        """
        child = self._child or self._start()
        said = self._ask(child, (texts, brands), PART_SECONDS)
        if isinstance(said, prediction.Prediction):
            self._scored_any = True
            return said
        if said.code == KILLED and len(texts) == 1:
            self._alone.append(said.reason)
        raise CannotTake(said)

    def _start(self) -> _Child:
        if len(self._alone) >= MOST_ALONE and not self._scored_any:
            raise GivenUp(
                f"None of {MOST_ALONE} comments could be scored alone: it is the model, not they. {self._alone[-1]}"
            )
        if self._began is None:
            self._began = time.monotonic()
        elif time.monotonic() > self._began + MOST_SECONDS:
            raise GivenUp(f"Comments that end the process were looked for for {MOST_SECONDS:.0f} s; there are more.")
        ours, theirs = Pipe()
        with theirs:
            # Its own standard output would be in the middle of a command's JSON.
            process = subprocess.Popen(  # noqa: S603 - our own command
                [*self._command, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        self._child = _Child(process, ours)
        said = self._ask(self._child, None, START_SECONDS, "Loading it")
        if isinstance(said, Fault):
            raise GivenUp(f"The model could not be loaded to score apart. {said.reason}")
        if isinstance(said, str):
            raise errors.ModelError(said)
        self.thresholds = said
        return self._child

    def _ask(self, child: _Child, question: object, seconds: float, what: str = "Scoring it") -> Any:  # noqa: ANN401 - whatever it answers
        """Give the child's answer, or the fault where there is none; it is gone then."""
        try:
            if question is not None:
                child.connection.send(question)
            if child.connection.poll(seconds):
                return child.connection.recv()
            is_late = True
        except (EOFError, OSError):
            is_late = False
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(END_SECONDS)
        self._bury(child)
        ended = f"ended the process with {_named(child.process.returncode)}"
        return Fault(KILLED, f"{what} {f'took longer than {seconds:.0f} s' if is_late else ended}.")

    def _bury(self, child: _Child) -> None:
        self._child = None
        child.connection.close()
        child.process.kill()
        child.process.wait()


def of_version(model_id: int, threads: int | None = None) -> Apart:
    """Make the model of a version, by the id of its row, in a process of this deployment's settings."""
    # -P: what lies in the folder that a user works in is no part of us.
    return Apart([sys.executable, "-P", "-m", "worker.apart_process", str(model_id), str(threads or 0)])


def _named(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
    return f"signal {-code} ({name}{', as where memory runs out' if name == 'SIGKILL' else ''})"
