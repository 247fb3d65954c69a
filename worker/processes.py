"""Who holds a claim, and whether that process is still alive."""

import os
import socket
import threading
from functools import cache
from pathlib import Path

import psutil


@cache
def _host() -> str:
    # Containers may bear the host's name and count their processes anew: the namespace tells them apart.
    namespace = Path("/proc/self/ns/pid")
    return f"{socket.gethostname()}/{namespace.stat().st_ino}" if namespace.exists() else socket.gethostname()


@cache
def _boot() -> str:
    boot = Path("/proc/sys/kernel/random/boot_id")
    return boot.read_text().strip() if boot.exists() else ""


def me() -> str:
    """Name this thread: host, its boot, process, thread, and start of the process.

    A process id that is used again is told by the start. A thread works on one chunk at a time: what it claimed before
    it let go of.
    """
    return f"{_host()}:{_boot()}:{os.getpid()}:{threading.get_native_id()}:{_started(os.getpid())}"


def is_gone(name: str) -> bool:
    """Tell whether the named process has certainly ended; of another host's processes nothing is certain."""
    try:
        host, boot, pid, _thread, started = name.split(":")
    except ValueError:
        return False  # claimed by a version that named processes otherwise
    if host != _host():
        return False
    try:
        return boot != _boot() or _is_zombie(int(pid)) or _started(int(pid)) != started
    except psutil.NoSuchProcess:
        return True


def _is_zombie(pid: int) -> bool:
    return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def _started(pid: int) -> str:
    """Tell when a process started, by what nobody sets: clock ticks since the boot, where the system tells them."""
    stat = Path(f"/proc/{pid}/stat")
    if not Path("/proc/self/stat").exists():
        return f"{psutil.Process(pid).create_time():.2f}"
    try:
        # The second field is the name, in parentheses, whatever it holds; the start is the 22nd. What psutil makes a
        # date of it by moves with every setting of the clock, and all claims would be taken for lost.
        return stat.read_text().rpartition(")")[2].split()[19]
    except (FileNotFoundError, ProcessLookupError):
        raise psutil.NoSuchProcess(pid) from None
