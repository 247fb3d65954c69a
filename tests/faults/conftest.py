"""One stage for all tests of faults: each loads the file under brands of its own."""

import os
import random
import tempfile
from pathlib import Path

import pytest

from tests.faults.rows import VERSIONS, Rows
from tests.faults.stage import Stage

#: of the file that the tests load again and again
ROWS = 12_000


@pytest.fixture(scope="session")
def fault_seed():
    """FAULT_SEED where it is given, else a new one."""
    return int(os.environ.get("FAULT_SEED") or random.SystemRandom().randrange(10**6))


@pytest.fixture(scope="session")
def rows(tmp_path_factory):
    return Rows(tmp_path_factory.mktemp("faults"), ROWS, names=VERSIONS[:1])


@pytest.fixture(scope="session")
def stage():
    # Not below pytest's own folder: PostgreSQL runs as another user, whom the next pytest to start would shut out.
    with tempfile.TemporaryDirectory(prefix="brandpulse-faults-") as folder:
        made = Stage(Path(folder))
        yield made
        made.close()
