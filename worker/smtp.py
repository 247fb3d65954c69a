"""Send a report by e-mail, over SMTP."""

import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from email import policy
from email.message import EmailMessage
from ipaddress import ip_address
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from reporting import mail
from settings import errors
from settings.environment import Settings

TIMEOUT_SECONDS = 30  # of each step
YES, YES_ELSEWHERE = 250, 251
PORTS = {"smtp": 587, "smtps": 465}


class Server(NamedTuple):
    """A mail server, and who sends there."""

    host: str
    port: int
    #: TLS from the first byte on, else STARTTLS
    is_tls: bool
    user: str | None
    password: str | None
    sender: str

    @property
    def place(self) -> str:
        """Name it without the password."""
        return f"{self.host}:{self.port}"

    @property
    def is_here(self) -> bool:
        """Tell whether it is on this machine: then nobody listens in between."""
        with suppress(ValueError):
            return ip_address(self.host).is_loopback
        return self.host == "localhost"


def server(settings: Settings) -> Server:
    """Read the settings.

    Raises:
        errors.DeliveryRefused: they name no server or no sender.

    """
    if settings.smtp_url is None:
        raise errors.DeliveryRefused("No mail server is named: set BRANDPULSE_SMTP_URL, then send it again.")
    try:
        parts = urlsplit(settings.smtp_url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if host is None:
        raise errors.DeliveryRefused("BRANDPULSE_SMTP_URL names no host: smtp://USER:PASSWORD@HOST:587, an @ as %40.")
    user, password = (unquote(part) if part is not None else None for part in (parts.username, parts.password))
    sender = settings.mail_from or (user if user and "@" in user else None)
    if sender is None:
        raise errors.DeliveryRefused("No sender is named: set BRANDPULSE_MAIL_FROM, then send it again.")
    return Server(host, port or PORTS[parts.scheme], parts.scheme == "smtps", user, password, sender)


def send(settings: Settings, report: Mapping[str, Any], recipient: str, key: str) -> None:
    """Send a report to one recipient.

    Raises:
        errors.DeliveryFailed: it did not arrive: the server cannot be reached, or says that it may be tried later.
        errors.DeliveryRefused: the server will not take it.
        errors.DeliveryUnsure: the server fell silent after it was given the message.

    """
    to = server(settings)
    message = mail.message(report, sender=to.sender, recipient=recipient, key=key)
    with connected(to) as connection:
        _hand_over(connection, to, recipient, message)


@contextmanager
def connected(to: Server) -> Iterator[smtplib.SMTP]:
    """Open a connection on which messages may be sent, and close it after the block; raises as `send`."""
    try:
        connection = _opened(to)
    except smtplib.SMTPResponseException as error:
        raise _answer(to, error.smtp_code, error.smtp_error) from None
    except (smtplib.SMTPException, OSError) as error:
        raise errors.DeliveryFailed(f"The mail server {to.place} cannot be used: {_said(to, error)}.") from None
    try:
        yield connection
    finally:
        # The message is taken or not by now; how the server parts from us changes nothing.
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()
        connection.close()


def _opened(to: Server) -> smtplib.SMTP:
    # Of a server on this machine the certificate is seldom one that is signed.
    context = ssl._create_unverified_context() if to.is_here else ssl.create_default_context()  # noqa: S323, SLF001
    if to.is_tls:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(to.host, to.port, timeout=TIMEOUT_SECONDS, context=context)
    else:
        connection = smtplib.SMTP(to.host, to.port, timeout=TIMEOUT_SECONDS)
    try:
        _greet(connection, to, context)
    except BaseException:
        connection.close()
        raise
    return connection


def _greet(connection: smtplib.SMTP, to: Server, context: ssl.SSLContext) -> None:
    connection.ehlo_or_helo_if_needed()
    if not to.is_tls and connection.has_extn("starttls"):
        connection.starttls(context=context)
        connection.ehlo_or_helo_if_needed()
    elif not to.is_tls and to.user and not to.is_here:
        raise errors.DeliveryRefused(
            f"The mail server {to.place} offers no STARTTLS: the password is not sent in clear."
        )
    if to.user:
        connection.login(to.user, to.password or "")


def _hand_over(connection: smtplib.SMTP, to: Server, recipient: str, message: EmailMessage) -> None:
    try:
        code, said = connection.mail(to.sender)
        if code == YES:
            code, said = connection.rcpt(recipient)
    except (smtplib.SMTPException, OSError) as error:
        raise errors.DeliveryFailed(f"The mail server {to.place} broke off: {_said(to, error)}.") from None
    if code not in {YES, YES_ELSEWHERE}:
        raise _answer(to, code, said)
    try:
        code, said = connection.data(message.as_bytes(policy=policy.SMTP))
    except smtplib.SMTPDataError as error:
        raise _answer(to, error.smtp_code, error.smtp_error) from None
    except (smtplib.SMTPException, OSError):
        # What it did with the message it had before it fell silent, nobody knows.
        raise errors.DeliveryUnsure(
            f"The mail server {to.place} fell silent over the message: whether it arrived is not known."
        ) from None
    if code != YES:
        raise _answer(to, code, said)


def _answer(to: Server, code: int, said: bytes | str) -> errors.DeliveryFailed:
    """Make an error of what a server answered: 5 begins what it says for good, 4 what may go better later."""
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    kind = errors.DeliveryRefused if 500 <= code < 600 else errors.DeliveryFailed  # noqa: PLR2004 - SMTP's own
    return kind(f"The mail server {to.place} answered: {code} {_said(to, text)}.")


def _said(to: Server, error: object) -> str:
    """Give what was said on one line, without the password, should a server repeat it."""
    said = " ".join(str(error).split()).rstrip(".")[:300]
    return said.replace(to.password, "***") if to.password else said
