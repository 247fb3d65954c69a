"""Peak resident memory of processes and their children, sampled while they run."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

#: seldom: what samples takes the time of what is measured (0.05 s took a sixth of a core)
SAMPLE_SECONDS = 0.5
#: between two looks for new children: psutil reads all processes of the machine for it
CHILDREN_SECONDS = 2.0
MB = 1024 * 1024


class Watch:
    """The peaks so far, in MB, by name; of several processes of one name the largest counts.

    A process counts with its children: each with the kernel's own high-water mark where there is one (Linux), so that
    no peak between two samples is missed, else as sampled. Pages that they share are counted for each.
    """

    def __init__(self) -> None:
        self._roots: dict[int, str] = {}
        self._families: dict[int, list[int]] = {}
        #: by name, each new peak with the time of `time.monotonic`
        self._peaks: dict[str, list[tuple[float, float]]] = defaultdict(list)

    def add(self, name: str, pid: int) -> None:
        """Watch one more process."""
        self._families[pid] = [pid]
        self._roots[pid] = name

    def peak_mb(self, name: str, until: float = float("inf")) -> float | None:
        """Give the peak of a name, up to a time of `time.monotonic`; None where none was seen."""
        seen = [mb for moment, mb in self._peaks[name] if moment <= until]
        return round(seen[-1], 1) if seen else None

    def peaks_mb(self) -> dict[str, float | None]:
        """Give the peaks of all names."""
        return {name: self.peak_mb(name) for name in self._peaks}

    def look(self) -> None:
        """Take one sample."""
        for pid, name in list(self._roots.items()):
            mb = sum(map(_resident, self._families[pid])) / MB
            peaks = self._peaks[name]
            if not peaks or mb > peaks[-1][1]:
                peaks.append((time.monotonic(), mb))

    def find_children(self) -> None:
        """Look for children that were started meanwhile."""
        for pid in list(self._roots):
            try:
                children = psutil.Process(pid).children(recursive=True)
            except psutil.NoSuchProcess:
                continue
            self._families[pid] = [pid, *(child.pid for child in children)]


@contextmanager
def watching() -> Iterator[Watch]:
    """Sample what is added to the watch, from a thread, while the block runs."""
    watch, stop = Watch(), threading.Event()
    thread = threading.Thread(target=_sample, args=(watch, stop), daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        stop.set()
        thread.join()


def _sample(watch: Watch, stop: threading.Event) -> None:
    looked = float("-inf")
    while not stop.wait(SAMPLE_SECONDS):
        if time.monotonic() - looked > CHILDREN_SECONDS:
            watch.find_children()
            looked = time.monotonic()
        watch.look()


def _resident(pid: int) -> int:
    """Give bytes: the high-water mark, else what is resident now; 0 of a process that has ended."""
    status = Path(f"/proc/{pid}/status")
    try:
        if not status.exists():
            return int(psutil.Process(pid).memory_info().rss)
        marks = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
        return int(marks[0].split()[1]) * 1024 if marks else 0
    except (psutil.NoSuchProcess, ProcessLookupError, FileNotFoundError):
        return 0
