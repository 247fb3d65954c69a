"""What nobody may read who reads the output, the logs or the list of processes."""

from itertools import cycle

import psutil
import pytest

from tests import processes, wholeness

SECRET = "Tr0ub4dor"
PASSWORD = f"{SECRET}%40%2F1"
NOBODY_LISTENS = "127.0.0.1:1"
UNKNOWN = "nowhere.invalid"
FAULTS = {
    "refused": (f"postgresql+psycopg://me:{PASSWORD}@{NOBODY_LISTENS}/b", f"redis://:{PASSWORD}@{NOBODY_LISTENS}/0"),
    "unknown host": (
        f"postgresql+psycopg://me:{PASSWORD}@{UNKNOWN}/b",
        f"rediss://:{PASSWORD}@{UNKNOWN}/0?ssl_cert_reqs=none",
    ),
    "not quoted": (
        f"postgresql+psycopg://me:{SECRET}@1/#@{NOBODY_LISTENS}/b",
        f"redis://:{SECRET}@/#1@{NOBODY_LISTENS}/0",
    ),
    "an option": (
        f"postgresql+psycopg://{NOBODY_LISTENS}/b?password={SECRET}",
        f"amqp://me:{PASSWORD}@{NOBODY_LISTENS}//",
    ),
    "unknown option": (
        f"postgresql+psycopg://me:{PASSWORD}@{NOBODY_LISTENS}/b?no=1",
        f"amqps://me:{PASSWORD}@{UNKNOWN}//",
    ),
}
COMMANDS = [
    ["doctor"],
    ["ingest", "-", "--brand", "Lumo"],
    ["worker", "--drain"],
    ["db", "upgrade"],
    ["nightly"],
    ["sql", "SELECT 1"],
    ["health", "worker"],
]


@pytest.mark.parametrize("fault", FAULTS)
def test_no_command_that_cannot_reach_its_servers_says_their_passwords(fault, tmp_path):
    database, queue = FAULTS[fault]
    env = processes.environment(
        database,
        tmp_path,
        broker_url=queue,
        smtp_url=f"smtp://me:{PASSWORD}@{NOBODY_LISTENS}",
        author_key=SECRET * 4,
        wait_seconds=0,
        log_level="DEBUG",
    )
    for command, log_format in zip(COMMANDS, cycle(["text", "json"]), strict=False):
        env["BRANDPULSE_LOG_FORMAT"] = log_format
        done = processes.run(*command, env=env, stdin="text\ngood\n")
        assert done.returncode, command
        assert SECRET not in done.stdout + done.stderr, command


def test_neither_logs_nor_the_list_of_processes_hold_a_password(env, started, postgres_url, broker_url, tmp_path):
    # Neither server asks for one: PostgreSQL trusts its socket, and Redis any password of its default user.
    env["BRANDPULSE_DATABASE_URL"] = postgres_url.replace("postgres:@", f"postgres:{PASSWORD}@")
    env["BRANDPULSE_BROKER_URL"] = broker_url.replace("redis://", f"redis://default:{PASSWORD}@")
    env["BRANDPULSE_LOG_LEVEL"] = "DEBUG"
    running = [started("worker", "--concurrency", "1"), started("beat")]
    shown = processes.brandpulse("ingest", "-", env=env, stdin="text\nI love it\n")
    processes.wait_until(lambda: wholeness.count_chunks(postgres_url, "done"), running[0])
    shown += processes.brandpulse("doctor", env=env)
    for process in running:
        tree = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        shown += " ".join(argument for one in tree for argument in one.cmdline())
    shown += "".join(log.read_text() for log in tmp_path.glob("*.log"))
    assert "worker" in shown
    assert SECRET not in shown
