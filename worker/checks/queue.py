"""The queue: that it answers and keeps what it is given, and who answers over it."""

from typing import Any

from settings import addresses, errors
from settings.environment import Settings
from worker import broker, health
from worker.checks import reports, scoring


def usable(url: str) -> str:
    """Check that the queue can be reached and throws nothing away."""
    with broker.connected(url) as connection:
        place = addresses.shown_queue(url)
        if connection.transport.driver_type == "redis":
            trouble = _trouble_of_redis(connection.default_channel.client)
            if trouble:
                raise errors.BrokerUnavailable(f"{place} {trouble}")
    return f"{place}{_way(url)}"


def _way(url: str) -> str:
    """Say what others could do on the way to a queue on another machine."""
    away = [one for one in url.split(";") if addresses.is_elsewhere(one)]
    if any(not one.startswith(("rediss", "amqps")) for one in away):
        return "; the way there is not encrypted, which rediss:// or amqps:// is"
    if any(addresses.options(one).get("ssl_cert_reqs") in {"none", "CERT_NONE"} for one in away):
        return "; the way there is encrypted, but who answers is not checked: ssl_cert_reqs=required does"
    return "; the way there is encrypted" if away else ""


def _trouble_of_redis(client: Any) -> str | None:  # noqa: ANN401 - kombu has no types
    memory, kept = client.info("memory"), client.info("persistence")
    policy = memory.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        return (
            f"throws messages away once its memory is full (maxmemory-policy is {policy}): `redis-cli CONFIG SET "
            "maxmemory-policy noeviction`, and the same in its configuration."
        )
    if 0 < memory.get("maxmemory", 0) <= memory.get("used_memory", 0):
        return "takes no more messages, its memory is full: raise its maxmemory, or give it a database of its own."
    if "err" in (kept.get("rdb_last_bgsave_status"), kept.get("aof_last_write_status")):
        return "cannot write to its disk and takes no more messages: make room, or mend the rights of its folder."
    return None


def workers(settings: Settings, names: list[str]) -> str:
    """Check that a worker answers."""
    found = [name for name in names if not name.startswith(health.BEAT)]
    if found:
        return ", ".join(found)
    comments, _ = scoring.waiting(settings)
    wait = f"; {comments:,} comments wait" if comments else ""
    raise errors.ScoringFailed(f"None answers{wait}: start one by `brandpulse worker`.")


def beat(settings: Settings, names: list[str]) -> str:
    """Check that a scheduler answers, where something waits for it."""
    found = [name for name in names if name.startswith(health.BEAT)]
    if found:
        return ", ".join(found)
    late = reports.late(settings)
    _, seconds = scoring.waiting(settings)
    if late or seconds > scoring.LATE_SECONDS:
        what = f"the nightly reports of {len(late):,} brands wait" if late else "chunks wait to be queued again"
        raise errors.ScoringFailed(f"None answers, and {what}: start one by `brandpulse beat`.")
    return "none answers, and nothing waits for it yet: `brandpulse beat` queues lost work again and makes reports"
