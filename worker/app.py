"""The Celery application: what is set, and why.

`celery -A worker.app worker` and `brandpulse worker` start a worker, `brandpulse beat` the scheduler. Redis and
RabbitMQ differ by the address alone.
"""

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init, worker_process_init, worker_shutting_down
from kombu import Exchange, Queue
from kombu.transport import TRANSPORT_ALIASES

from settings import environment, logs
from worker.broker import CHUNKS, REPORTS

if TYPE_CHECKING:
    from worker import ending

SOFT_LIMIT_SECONDS = 300
HARD_LIMIT_SECONDS = 360
# An unacknowledged message is given to another worker after this long. The clock starts when it is received, and one
# waits behind the one in hand: more than twice the hard limit, or work in hand is handed out a second time.
VISIBILITY_SECONDS = 2 * 2 * HARD_LIMIT_SECONDS
SWEEP_SECONDS = 30.0
NIGHTLY_SECONDS = 300.0

TRANSPORT_ALIASES.update(dict.fromkeys(("redis", "rediss"), "worker.transport:Transport"))
app = Celery(
    "brandpulse", broker=environment.load().broker_url, include=["worker.tasks"], task_cls="worker.failing:Task"
)
app.conf.update(
    # A message is acknowledged when its chunk is done: what a killed worker held is delivered again. Every task may run
    # twice without harm.
    task_acks_late=True,
    # One message per process: a worker that hoards chunks leaves the others idle.
    worker_prefetch_multiplier=1,
    # A night's report and what is sent of it do not wait behind an hour of chunks: workers take from both in turn.
    task_queues=[Queue(name, Exchange(name), routing_key=name) for name in (CHUNKS, REPORTS)],
    task_default_queue=CHUNKS,
    task_routes={
        f"worker.tasks.{name}": {"queue": REPORTS} for name in ("nightly", "report_nights", "deliver", "forget_old")
    },
    # Nobody reads results: progress is asked of the database.
    task_ignore_result=True,
    # Else beat sends a task of Celery's every night that takes away old ones.
    result_expires=None,
    # A message is a chunk's id. Nothing that executes on load is accepted.
    task_serializer="json",
    accept_content=["json"],
    worker_consumer="worker.consumer:Consumer",
    # A chunk takes seconds. The soft limit is raised in Python and gives the chunk back; the hard one ends the process.
    task_soft_time_limit=SOFT_LIMIT_SECONDS,
    task_time_limit=HARD_LIMIT_SECONDS,
    broker_transport_options={"visibility_timeout": VISIBILITY_SECONDS},
    # TensorFlow starts slowly: with the default of 4 s every child that replaces another is killed while it starts.
    worker_proc_alive_timeout=60,
    # A safety net against growing memory (kilobytes); seldom, since a new child loads the model again.
    worker_max_tasks_per_child=500,
    worker_max_memory_per_child=1_500_000,
    # Celery's soft shutdown is no help here: SIGTERM does not begin it, or where REMAP_SIGTERM lets it, it sleeps to
    # the end of its time though the chunk is done. `worker.ending` looks after the time; a second Ctrl-C ends at once.
    worker_soft_shutdown_timeout=0,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_hijack_root_logger=False,
    # A queue that is gone is waited for, however long; the default gives up after 100 tries, and the worker ends.
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    # Beat answers `celery inspect ping` as long as it ticks: its health check.
    beat_enable_remote_control=True,
    beat_scheduler="worker.scheduler:Scheduler",
    timezone="UTC",
    beat_schedule={
        "sweep": {"task": "worker.tasks.sweep", "schedule": timedelta(seconds=SWEEP_SECONDS)},
        "nightly": {"task": "worker.tasks.nightly", "schedule": timedelta(seconds=NIGHTLY_SECONDS)},
    },
)


@setup_logging.connect
def _log(**_signal: object) -> None:
    logs.begin(environment.load())


@worker_init.connect
@beat_init.connect
def _wait(**_signal: object) -> None:
    from worker import readiness  # noqa: PLC0415 - who only asks the workers has no use for a database

    settings = environment.load()
    logs.begin(settings)
    readiness.wait_for_database(settings.database_url)
    if settings.broker_url is not None:
        readiness.wait_for_broker(settings.broker_url)


@cache
def _ending() -> "ending.Ending":
    from worker import ending  # noqa: PLC0415 - when it comes to that

    return ending.Ending(environment.load().grace_seconds, ending.end_chunks)


@worker_shutting_down.connect
def _end(how: str, **_signal: object) -> None:
    # Sent with each SIGTERM and the first Ctrl-C: Celery lets what is in hand be finished, however long that takes.
    # Cold, it ends all children itself, and they hand their chunks back.
    if how == "Warm":
        _ending().tell()


@beat_init.connect
def _look_at_once(**_signal: object) -> None:
    # Beat remembers no run and begins with its intervals: after a restart, what waits would wait 5 minutes more.
    for entry in app.conf.beat_schedule.values():
        app.send_task(entry["task"], retry_policy={"max_retries": 3, "interval_max": 1})


@worker_process_init.connect
def _start_child(**_signal: object) -> None:
    # Nothing that takes time: the model is loaded with the first chunk. The engine is this child's own by its process
    # id (`database.engine`), so nothing has to be closed here.
    from worker import deployment  # noqa: PLC0415 - the parent has no use for it

    deployment.limit_threads(1)  # as many children as cores, each on one
