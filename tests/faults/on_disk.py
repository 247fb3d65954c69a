"""A full disk: PostgreSQL's folder lies on a small file system, which is filled to the last block."""

import contextlib
import subprocess
import time

from tests.faults.fault import known_as

FAULTS = []
SIZE = "700m"
PIECE = bytes(1 << 20)


class Disk:
    """A small file system in memory; only root may make one."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "brandpulse-faults", folder], check=True)
        self._filler = folder / "filler"

    def fill(self):
        """Leave not one block."""
        with contextlib.suppress(OSError), self._filler.open("wb", buffering=0) as file:
            while True:
                file.write(PIECE)

    def free(self):
        self._filler.unlink(missing_ok=True)

    def close(self):
        subprocess.run(["umount", "--lazy", self.folder], check=True)


@known_as("a full disk", FAULTS, long_only=True)
def fill(load, draw):
    stage = load.stage
    until = time.monotonic() + draw.uniform(4, 8)
    while time.monotonic() < until:  # PostgreSQL frees a little now and then
        stage.disk.fill()
        time.sleep(0.2)
    stage.disk.free()
    stage.postgres.start_if_down()
