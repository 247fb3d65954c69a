"""Send what was put up for delivery: claim it, send it with no transaction open, mark it."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from database import sessions
from reporting import files
from settings import errors, logs
from settings.environment import Settings
from worker import chats, deliveries, smtp
from worker.deliveries import Claimed

logger = logging.getLogger(__name__)


def due(settings: Settings, now: datetime) -> Sequence[int]:
    """Give the ids of the deliveries that may be tried now."""
    with sessions.reading(settings.database_url) as session:
        return deliveries.due(session, now)


def deliver_due(settings: Settings, now: datetime) -> dict[int, errors.DeliveryFailed | None]:
    """Try whatever is due, one after the other; gives by delivery why it did not arrive, or None."""
    return {delivery_id: deliver(settings, delivery_id, now) for delivery_id in due(settings, now)}


def deliver(settings: Settings, delivery_id: int, now: datetime) -> errors.DeliveryFailed | None:
    """Try a delivery, if it is due and nobody else is at it, and write down how it ended.

    Returns:
        why it did not arrive, where it did not.

    """
    with sessions.writing(settings.database_url) as session:
        claimed = deliveries.claim(session, delivery_id, now)
    if claimed is None:
        return None
    started = time.monotonic()
    failed = _try(settings, claimed)
    seconds = round(time.monotonic() - started, 3)
    with sessions.writing(settings.database_url) as session:
        deliveries.mark(session, claimed, failed, now)
    # Neither the recipient nor the address: one is personal, the other may hold a password.
    facts = logs.fields(delivery=claimed.id, channel=claimed.channel, attempt=claimed.attempts, seconds=seconds)
    if failed:
        logger.warning("delivery failed: %s", failed, extra=facts)
    else:
        logger.info("delivery done", extra=facts)
    return failed


def _try(settings: Settings, claimed: Claimed) -> errors.DeliveryFailed | None:
    try:
        SENDERS[claimed.channel](settings, claimed)
    except errors.DeliveryFailed as error:
        return error
    return None


def _write(settings: Settings, claimed: Claimed) -> None:
    path = files.report_path(settings.reports_folder, claimed.report, "html")
    try:
        files.write(path, claimed.report, "html")
    except errors.WrongSetting as error:
        raise errors.DeliveryFailed(str(error)) from None
    logger.info("report written", extra=logs.fields(brand=claimed.report["scope"]["brand"], path=path))


SENDERS: Mapping[str, Callable[[Settings, Claimed], None]] = {
    deliveries.FOLDER: _write,
    deliveries.EMAIL: lambda settings, claimed: smtp.send(settings, claimed.report, claimed.recipient, claimed.key),
    deliveries.CHAT: lambda _settings, claimed: chats.send(claimed.report, claimed.recipient),
}
