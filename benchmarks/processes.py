"""`brandpulse` and others as processes of their own: started, waited for, and ended by their ids, whatever happens."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from settings import errors

ROOT = Path(__file__).parents[1]
#: a worker that is asked to end finishes its chunk first
END_SECONDS = 20.0

Process = subprocess.Popen[str]


class RunFailed(errors.BrandpulseError):
    """A process that is measured did not do its work."""


def environment(**settings: str | Path | None) -> dict[str, str]:
    """Make the environment of a process: these settings of brandpulse, none of the user's, and this very source."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BRANDPULSE_")}
    ours = {f"BRANDPULSE_{name.upper()}": str(value) for name, value in settings.items() if value is not None}
    return clean | ours | {"PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "2"}


def brandpulse(*arguments: str | Path, env: Mapping[str, str]) -> str:
    """Run `brandpulse` to its end and give its standard output.

    Raises:
        RunFailed: it did not exit with 0; the message holds what it said.

    """
    return run("cli", *arguments, env=env)


def run(module: str, *arguments: str | Path, env: Mapping[str, str]) -> str:
    """Run a module to its end and give its standard output; raises as `brandpulse`."""
    command = _command(module, *arguments)
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own arguments
    if done.returncode:
        raise RunFailed(f"{_named(command)} ended with {done.returncode}: {_end(done.stderr)}")
    return done.stdout


def start(module: str, *arguments: str | Path, env: Mapping[str, str], log: Path) -> Process:
    """Start a module, its output in a file; who starts it has to `end` it."""
    with log.open("w", encoding="utf-8") as file:
        # In a session of its own: a Ctrl-C reaches us alone, and we end it.
        return subprocess.Popen(  # noqa: S603 - as above
            _command(module, *arguments),
            env=env,
            cwd=ROOT,
            stdout=file,
            stderr=file,
            text=True,
            start_new_session=True,
        )


@contextmanager
def started(module: str, *arguments: str | Path, env: Mapping[str, str], log: Path) -> Iterator[Process]:
    """Start a module as `start` does; it and its children are ended after the block."""
    process = start(module, *arguments, env=env, log=log)
    try:
        yield process
    finally:
        end(process)


def check_runs(process: Process, log: Path) -> None:
    """Raise `RunFailed` where a process that should run has ended, or ended with another code than 0."""
    if process.poll() is not None:
        raise RunFailed(f"{_named(process.args)} ended with {process.returncode}: {_end(log.read_text())}")


def check_ended_well(process: Process, log: Path) -> None:
    """Wait for a process and raise `RunFailed` where it did not exit with 0."""
    if process.wait():
        check_runs(process, log)


def end(*running: Process) -> None:
    """Ask processes to end, and kill those that take too long, with their children."""
    families = [_family(process) for process in running]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + END_SECONDS
    for process, family in zip(running, families, strict=True):
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
        for one in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        process.wait()


def _family(process: Process) -> list[psutil.Process]:
    """List a process and its children; psutil knows a process by its start as well, and kills no other of its id."""
    try:
        found = psutil.Process(process.pid)
        return [found, *found.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _command(module: str, *arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", module, *map(str, arguments)]


def _named(command: object) -> str:
    return " ".join(map(str, command[2:])) if isinstance(command, list) else str(command)


def _end(said: str) -> str:
    return " / ".join(said.strip().splitlines()[-3:]) or "it said nothing"
