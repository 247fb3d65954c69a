"""Loaded by every process whose clock jumps: under libfaketime 0.9.10 Python's own sleep fails with EINVAL."""  # noqa: INP001 - no package: Python looks for the name

import select
import time

time.sleep = lambda seconds: select.select([], [], [], max(seconds, 0.0))
