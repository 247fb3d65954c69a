import subprocess
import sys

from benchmarks import memory

MEGABYTES = 150
ALLOCATE = f"b = bytearray({MEGABYTES} << 20); del b; print('done', flush=True); input()"
AS_CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {ALLOCATE!r}])"


def peak(code):
    """Run code that allocates, and look at it once the memory is free again."""
    watch = memory.Watch()
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        watch.add("it", process.pid)
        process.stdout.readline()
        watch.find_children()
        watch.look()
        process.communicate(b"\n")
    watch.look()
    return watch.peak_mb("it")


def test_a_peak_between_two_samples_is_seen_where_the_kernel_keeps_it():
    expected = MEGABYTES if sys.platform == "linux" else 1
    assert expected < peak(ALLOCATE) < MEGABYTES + 100


def test_children_count():
    assert peak(AS_CHILD) > peak(ALLOCATE)


def test_what_was_never_watched_has_no_peak():
    assert memory.Watch().peak_mb("nobody") is None
