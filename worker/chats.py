"""Send a report to a webhook or a chat by Apprise."""

import logging
import re
from collections.abc import Mapping
from typing import Any

from reporting import summary
from settings import errors
from worker import recipients

#: of the whole call; Apprise itself waits 4 s for a connection and 4 s for an answer unless the address says otherwise
TIMEOUT_SECONDS = 30
LONGEST = 1_500  # characters of a message, where the chat takes so many
#: What Apprise logs where the other side has answered with an error, or never got the message.
_ANSWERED = re.compile(r"error=(\d{3})\b")
_NOT_REACHED = re.compile(r"NewConnectionError|ConnectTimeout|NameResolutionError|Failed to (?:establish|resolve)")
#: answers of HTTP that say that the next try fares no better; 408, 425 and 429 ask for one
_FOR_GOOD = {code for code in range(400, 500) if code not in {408, 425, 429}}


def send(report: Mapping[str, Any], address: str) -> None:
    """Send a summary of a report to one address.

    Raises:
        errors.DeliveryFailed: it did not arrive.
        errors.DeliveryRefused: the other side will not take it.
        errors.DeliveryUnsure: it may have arrived.

    """
    import apprise  # noqa: PLC0415 - a fifth of a second that only these take

    try:
        chat = recipients.chat(address)
    except errors.WrongInput as error:
        raise errors.DeliveryRefused(str(error)) from None
    logging.getLogger("urllib3").setLevel(logging.INFO)  # it would log the address with its tokens
    notifier = apprise.Apprise()
    notifier.add(chat)
    limit = min(LONGEST, chat.body_maxlen - chat.title_maxlen)
    title, body = summary.title(report), summary.render(report, limit)
    done = notifier.notify(body, title, body_format="text", timeout=TIMEOUT_SECONDS, log_level=logging.DEBUG)
    if not done:
        raise _failed(recipients.shown(address), [entry.message for entry in done.logs()])


def _failed(place: str, said: list[str]) -> errors.DeliveryFailed:
    """Tell what became of a message from what Apprise logged: it gives no more than yes or no."""
    everything = "\n".join(said)
    if found := _ANSWERED.search(everything):
        code = int(found[1])
        kind = errors.DeliveryRefused if code in _FOR_GOOD else errors.DeliveryFailed
        return kind(f"{place} answered with the error {code}.")
    if _NOT_REACHED.search(everything):
        return errors.DeliveryFailed(f"{place} cannot be reached.")
    return errors.DeliveryUnsure(f"{place} did not answer: whether the message arrived is not known.")
