"""All faults there are, by family."""

from tests.faults import at_once, on_clock, on_database, on_disk, on_processes, on_queue

FAMILIES = {
    "processes": on_processes.FAULTS,
    "the queue": on_queue.FAULTS,
    "the database": on_database.FAULTS,
    "what comes twice": at_once.FAULTS,
    "the clock": on_clock.FAULTS,
    "the disk": on_disk.FAULTS,
}
ALL = [fault for faults in FAMILIES.values() for fault in faults]
#: without what takes long, or needs what not every machine has
SHORT = [fault for fault in ALL if not fault.long_only]
