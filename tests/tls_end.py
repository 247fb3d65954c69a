"""An encrypted end before a server that has none: what comes in is decrypted and handed on."""

import contextlib
import socket
import ssl
import threading

import trustme

SSL_REQUEST = bytes.fromhex("0000000804d2162f")  # what a client of PostgreSQL asks before it encrypts


class Authority:
    """A certificate authority of a test: its file, and certificates that it signs."""

    def __init__(self, folder):
        self._authority = trustme.CA()
        self.file = folder / f"authority-{id(self)}.pem"
        self._authority.cert_pem.write_to_path(self.file)

    def context(self, *names):
        """Make the server's side of TLS, with a certificate of these names."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert(*names).configure_cert(made)
        return made


@contextlib.contextmanager
def before(address, context, *, of_postgresql=False):
    """Listen on a free port of this machine for who talks TLS, before the server at `address`; gives the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taking = threading.Thread(target=_take, args=(listener, address, context, of_postgresql), daemon=True)
        taking.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            taking.join()


def _take(listener, address, context, of_postgresql):
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(client, address, context, of_postgresql), daemon=True).start()


def _serve(client, address, context, of_postgresql):
    with contextlib.suppress(OSError), client:
        if of_postgresql:
            if client.recv(8, socket.MSG_WAITALL) != SSL_REQUEST:
                return
            client.sendall(b"S")
        with context.wrap_socket(client, server_side=True) as encrypted, _connected(address) as server:
            answering = threading.Thread(target=_hand_on, args=(server, encrypted), daemon=True)
            answering.start()
            _hand_on(encrypted, server)
            answering.join()


def _connected(address):
    if isinstance(address, str):  # a socket of this machine
        made = socket.socket(socket.AF_UNIX)
        made.connect(address)
        return made
    return socket.create_connection(address)


def _hand_on(source, target):
    with contextlib.suppress(OSError):
        while said := source.recv(1 << 16):
            target.sendall(said)
        target.shutdown(socket.SHUT_WR)
