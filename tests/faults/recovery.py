"""How long it takes until work goes on after a fault: what was in hand is free again, and a further chunk is done."""

import time

from tests.faults import waiting

HELD = "SELECT id, claimed_at FROM chunks WHERE state = 'running'"
STILL_HELD = """
    SELECT count(*) FROM chunks WHERE state = 'running'
    AND (id, claimed_at) IN (SELECT * FROM unnest(%s::bigint[], %s::timestamptz[]))
"""
DONE = "SELECT count(*) FROM chunks WHERE state = 'done'"


def seconds(load, strike):
    """Let a fault strike; gives the seconds from when it is over until work goes on."""
    ask = load.stage.ask
    held = tuple(map(list, zip(*ask(HELD), strict=True))) or ([], [])
    strike()
    over, done = time.monotonic(), []

    def goes_on():
        done.append(ask(DONE)[0][0])
        is_scored = load.is_scored()
        return ask(STILL_HELD, *held) == [(0,)] and (is_scored or done[-1] > done[0])

    waiting.until(goes_on, load)
    return time.monotonic() - over
