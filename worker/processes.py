"""Who holds a claim, and whether that process is still alive."""

import socket
from functools import cache
from pathlib import Path

import psutil


@cache
def _host() -> str:
    # Containers may bear the host's name and count their processes anew: the namespace tells them apart.
    namespace = Path("/proc/self/ns/pid")
    return f"{socket.gethostname()}/{namespace.stat().st_ino}" if namespace.exists() else socket.gethostname()


def me() -> str:
    """Name this process: host, process id and start time, so that a reused process id is not taken for it."""
    process = psutil.Process()
    return f"{_host()}:{process.pid}:{process.create_time():.2f}"


def is_gone(name: str) -> bool:
    """Tell whether the named process has certainly ended; of another host's processes nothing is certain."""
    host, pid, started = name.rsplit(":", 2)
    if host != _host():
        return False
    try:
        process = psutil.Process(int(pid))
        return process.status() == psutil.STATUS_ZOMBIE or f"{process.create_time():.2f}" != started
    except psutil.NoSuchProcess:
        return True
