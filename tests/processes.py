"""Run `brandpulse` as a process of its own, and wait for what it does."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from benchmarks import processes

ROOT = Path(__file__).parents[1]
PATIENCE_SECONDS = 120


def environment(url, folder, **settings):
    """Make the environment of a process: its database, folders of its own, and no setting of the user's."""
    folders = {"reports_folder": folder / "reports", "cache_folder": cache(folder / "cache")}
    return processes.environment(**{"database_url": url} | folders | settings)


def cache(folder):
    """Make a cache that shares with all others what is compiled: the default model takes ten seconds once."""
    shared = ROOT / "build" / "compiled"
    shared.mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "compiled").exists():
        (folder / "compiled").symlink_to(shared)
    return folder


def start(*arguments, env, output=subprocess.PIPE, **options):
    """Start `brandpulse` with these arguments."""
    return subprocess.Popen(
        [sys.executable, "-m", "cli", *map(str, arguments)],
        env=env,
        stdout=output,
        stderr=output,
        text=True,
        cwd=ROOT,
        **options,
    )


def run(*arguments, env, stdin=None):
    """Run `brandpulse` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "cli", *map(str, arguments)],
        env=env,
        input=stdin,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def brandpulse(*arguments, env, stdin=None, code=0):
    """Run `brandpulse` to its end and give its standard output, or its sentence where the exit code is not 0."""
    done = run(*arguments, env=env, stdin=stdin)
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


def kill(process, whom=None):
    """End a process, or one of its children, with SIGKILL."""
    if whom is None:
        process.kill()
        process.communicate()
    else:
        os.kill(whom, signal.SIGKILL)


def wait_until(true, process=None):
    """Wait until `true()` is, and fail where the process ends before, or patience does."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        assert process is None or process.poll() is None, process.stderr.read()
        time.sleep(0.02)
