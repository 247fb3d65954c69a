"""The recipients of a brand's reports: e-mail addresses, and addresses of Apprise for webhooks and chats."""

import logging
import re
from email.errors import HeaderParseError
from email.headerregistry import Address
from typing import Any

from settings import errors

LONGEST = 255  # characters, as `deliveries.recipient` takes


def is_mail(address: str) -> bool:
    """Tell an e-mail address from one of Apprise."""
    return "://" not in address


def check(address: str) -> str:
    """Give an address that reports can be sent to, without blanks around it.

    Raises:
        errors.WrongInput: it is none.

    """
    address = address.strip()
    if len(address) > LONGEST:
        raise errors.WrongInput(f"The address {shown(address)[:40]}… is longer than {LONGEST} characters.")
    if is_mail(address):
        _check_mail(address)
    else:
        chat(address)
    return address


def chat(address: str) -> Any:  # noqa: ANN401 - as below
    """Give what Apprise makes of an address.

    Raises:
        errors.WrongInput: nothing, or more than one message: of several some could arrive and others not.

    """
    found = _known(address)
    if found is None:
        raise errors.WrongInput(
            f"{_scheme(address)}… is no address that Apprise knows: give one as json://HOST/PATH, slack://… or "
            "tgram://…, or an e-mail address."
        )
    if len(found) > 1:
        raise errors.WrongInput(
            f"{shown(address)} sends several messages at once: give each channel its own --recipient, without retry."
        )
    return found


def shown(address: str) -> str:
    """Write an address without the passwords and tokens in it."""
    if is_mail(address):
        return address
    found = _known(address)
    # What comes behind the question mark are Apprise's own options.
    said = str(found.url(privacy=True)).partition("?")[0] if found is not None else f"{_scheme(address)}…"
    # Who makes webhooks often puts the token in the path, and Apprise takes it for no secret.
    return re.sub(r"^((?:json|form|xml)s?://[^/]*)/.+", r"\1/…", said)


def _known(address: str) -> Any:  # noqa: ANN401 - Apprise's own object, not all of it typed
    import apprise  # noqa: PLC0415 - a fifth of a second that only these take

    # It tells what went wrong by its log alone, and names tokens there: so it is read here and shown to nobody.
    logger = logging.getLogger("apprise")
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    return apprise.Apprise.instantiate(address)


def _check_mail(address: str) -> None:
    try:
        parsed = Address(addr_spec=address)
        is_one = bool(parsed.username and parsed.domain) and address.isascii() and parsed.addr_spec == address
    except (HeaderParseError, ValueError, IndexError):
        is_one = False
    if not is_one:
        raise errors.WrongInput(f"{address!r} is no e-mail address, as ana@example.com.")


def _scheme(address: str) -> str:
    return "".join(address.partition("://")[:2])
