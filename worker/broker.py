"""The queue seen from outside, Redis or RabbitMQ: whether it answers, and how much waits in it."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from settings import addresses, errors

CHUNKS, REPORTS = "celery", "reports"
PATIENCE_SECONDS = 5.0

CHECK = "Check BRANDPULSE_BROKER_URL and that it runs."
PASSWORD = "Its user or password is wrong: mend BRANDPULSE_BROKER_URL."  # noqa: S105 - a sentence
OTHER_HOST = "Name it in BRANDPULSE_BROKER_URL as its certificate does, or give it a certificate of this name."
AUTHORITY = (
    "Its certificate is not signed by the authority that ssl_ca_certs names, nor by one that this machine trusts: name "
    "the file of the one that did by ssl_ca_certs=FILE in BRANDPULSE_BROKER_URL."
)
NO_FILE = "Name files that are there by ssl_ca_certs, ssl_certfile and ssl_keyfile in BRANDPULSE_BROKER_URL."
NOT_ENCRYPTED = "Is it encrypted there? rediss:// in BRANDPULSE_BROKER_URL is, redis:// is not."
#: What to do by what the driver says; the first counts.
BY_WORDS = {
    "auth|password|ACCESS_REFUSED|NOPERM": PASSWORD,
    "(address|hostname) mismatch": OTHER_HOST,
    "CERTIFICATE_VERIFY_FAILED": AUTHORITY,
    "No such file": NO_FILE,
    "WRONG_VERSION|reset by peer|reading from|Connection closed": NOT_ENCRYPTED,
}


@contextmanager
def connected(url: str) -> Iterator[Any]:
    """Give an open connection to the queue, one of kombu's.

    Raises:
        errors.BrokerUnavailable: there is none to be had, or what the block asks is refused.

    """
    from kombu import Connection  # noqa: PLC0415 - embedded mode has no Celery
    from kombu.exceptions import OperationalError  # noqa: PLC0415 - as above

    # Redis would be waited for without an end where nobody answers, RabbitMQ goes by the first alone.
    silent = {"socket_timeout": PATIENCE_SECONDS, "socket_connect_timeout": PATIENCE_SECONDS}
    options = silent if url.startswith("redis") else {}
    with Connection(url, connect_timeout=PATIENCE_SECONDS, transport_options=options) as connection:
        troubles = (OperationalError, *connection.connection_errors, *connection.channel_errors, OSError)
        try:
            connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=PATIENCE_SECONDS)
            yield connection
        except troubles as error:
            raise unavailable(url, error) from error


def unavailable(url: str, error: Exception) -> errors.BrokerUnavailable:
    """Say in one sentence what is wrong; the address without its password."""
    said = str(error).strip().splitlines()[0].rstrip(".") if str(error) else type(error).__name__
    what = next((what for words, what in BY_WORDS.items() if re.search(words, said, re.IGNORECASE)), CHECK)
    return errors.BrokerUnavailable(f"The queue {addresses.shown_queue(url)} cannot be used: {said}. {what}")


def check(url: str) -> str:
    """Give the address of the queue without its password; raises as `connected` where it does not answer."""
    with connected(url):
        return addresses.shown_queue(url)


def depths(url: str) -> Mapping[str, int]:
    """Count the messages that wait in each of our queues; those that a worker took already are not among them."""
    with connected(url) as connection:
        return {queue: _depth(connection, queue) for queue in (CHUNKS, REPORTS)}


def _depth(connection: Any, queue: str) -> int:  # noqa: ANN401 - as above
    # A channel of its own: RabbitMQ closes the one on which a queue was asked for that is not there.
    channel = connection.channel()
    try:
        return int(channel.queue_declare(queue, passive=True).message_count)
    except connection.channel_errors as error:
        if getattr(error, "code", None) != 404 and "NOT_FOUND" not in str(error):  # noqa: PLR2004 - AMQP's own
            raise
        return 0  # nobody has sent anything; Redis has no empty queues
    finally:
        channel.close()
