"""Faults of PostgreSQL: stopped, read-only, its connections cut, its answer to a COMMIT lost."""

import time

from tests.faults.fault import known_as
from tests.faults.servers import HARNESS

FAULTS = []
#: ends what is idle and what is in the middle of a transaction alike
TERMINATE = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name <> %s ORDER BY random() LIMIT 2
"""
CUTS = 6


@known_as("PostgreSQL stopped at once", FAULTS)
def crash(load, draw):
    _stop(load.stage, draw, "immediate")


@known_as("PostgreSQL stopped in order", FAULTS)
def stop(load, draw):
    _stop(load.stage, draw, "fast")


def _stop(stage, draw, mode):
    stage.postgres.stop(mode)
    time.sleep(draw.uniform(0, 2))
    stage.postgres.start()


@known_as("connections ended by PostgreSQL", FAULTS)
def terminate(load, draw):
    until = time.monotonic() + draw.uniform(0.5, 1.5)
    while time.monotonic() < until:
        load.stage.ask(TERMINATE, HARNESS)
        time.sleep(0.03)


@known_as("connections cut before their COMMIT", FAULTS)
def cut_before(load, draw):
    _cut(load, ["before"] * CUTS)


@known_as("connections cut after their COMMIT", FAULTS)
def cut_after(load, draw):
    _cut(load, ["after"] * CUTS)


def _cut(load, cuts):
    proxy = load.stage.proxy
    proxy.cuts = cuts
    until = time.monotonic() + 5
    while proxy.cuts and time.monotonic() < until:
        load.tend()
        time.sleep(0.01)
    proxy.cuts = []


@known_as("PostgreSQL read-only", FAULTS)
def read_only(load, draw):
    stage = load.stage
    _set(stage, f"ALTER DATABASE {stage.database} SET default_transaction_read_only = on")
    time.sleep(draw.uniform(1, 2))
    _set(stage, f"ALTER DATABASE {stage.database} RESET default_transaction_read_only")


def _set(stage, statement):
    with stage.postgres.connected("postgres") as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.execute(statement)
    # It holds for new connections: the old ones are ended.
    with stage.postgres.connected(stage.database) as connection:
        connection.execute(TERMINATE.replace("LIMIT 2", ""), [HARNESS])
