"""`brandpulse metrics`: what Prometheus reads."""

import logging
import re
import signal
import threading

import click
from prometheus_client import start_http_server

from settings import environment, errors, logs
from worker import metrics as measured

logger = logging.getLogger(__name__)


@click.command()
@click.option(
    "--listen", default="127.0.0.1:9808", show_default=True, help="HOST:PORT of the page; an IPv6 as [::1]:9808."
)
@click.option("--once", is_flag=True, help="Print them and end, as for the textfile collector of node_exporter.")
def metrics(listen: str, once: bool) -> None:
    """Give metrics to Prometheus.

    They are asked of the database and the queue whenever they are read. One such process is enough.
    """
    settings = environment.load()
    if once:
        click.echo(measured.text(settings), nl=False)
        return
    host, port = _place(listen)
    logs.begin(settings)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        server, _ = start_http_server(port, host, measured.registry(settings))
    except OSError as error:
        raise errors.WrongInput(f"Nobody can listen at {listen}: {error}. Name another place by --listen.") from None
    shown = f"[{host}]" if ":" in host else host
    logger.info("metrics can be read", extra=logs.fields(url=f"http://{shown}:{server.server_port}/metrics"))
    stop.wait()
    server.shutdown()
    server.server_close()


def _place(listen: str) -> tuple[str, int]:
    found = re.fullmatch(r"(?:\[(?P<six>[0-9a-fA-F:.]+)\]|(?P<host>[^:\[\]]+)):(?P<port>\d{1,5})", listen)
    if found is None:
        raise click.BadParameter(f"{listen!r} is no HOST:PORT, as 127.0.0.1:9808", param_hint="--listen")
    return found["six"] or found["host"], int(found["port"])
