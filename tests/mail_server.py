"""A real mail server on a free port, that answers as a test wants."""

import contextlib
import email
import socket
from email import policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class MailServer:
    """Takes mail; what it answers to a recipient or a message can be set, and it can be ended and begun again."""

    def __init__(self):
        self.mails = []
        #: answer to RCPT by recipient, and to the message; None takes it
        self.to_recipient = {}
        self.to_message = None
        #: called with a message in hand, before it is answered
        self.before_answer = lambda: None
        self.password = None
        #: more of aiosmtpd's own
        self.options = {}
        self.port = 0
        self._controller = None

    def begin(self):
        """Listen, on the port it had before if it had one."""
        options = dict(self.options)
        if self.password:
            options |= {"authenticator": self._authenticate, "auth_required": True, "auth_require_tls": False}
        self.port = self.port or _free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        self._controller.start()
        return self

    def end(self):
        """Listen no more."""
        if self._controller:
            self._controller.stop()
        self._controller = None

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def _authenticate(self, _server, _session, _envelope, _mechanism, data):
        return AuthResult(success=data.password == self.password.encode(), handled=False)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - aiosmtpd's name
        answer = self.to_recipient.get(address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - as above
        if self.to_message is None:
            self.mails.append(
                (list(envelope.rcpt_tos), email.message_from_bytes(envelope.content, policy=policy.default))
            )
        self.before_answer()
        return self.to_message or "250 OK"


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextlib.contextmanager
def running(**settings):
    """Run a server while the block does."""
    server = MailServer()
    for name, value in settings.items():
        setattr(server, name, value)
    try:
        yield server.begin()
    finally:
        server.end()
