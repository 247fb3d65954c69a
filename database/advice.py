"""What to do about a database that cannot be used, by what its driver says."""

import re
import sqlite3

import psycopg

CHECK = "Check BRANDPULSE_DATABASE_URL and that it runs."

FULL = "Its disk is full: make room; what waits goes on by itself."
READ_ONLY = (
    "It takes no writes: it is a standby, is set read-only, or its file may not be written. Name the primary in "
    "BRANDPULSE_DATABASE_URL, or mend its rights."
)
LOCKED = (
    "Another keeps it locked, or it is overloaded: wait for a migration or a backup to end; on PostgreSQL "
    "pg_stat_activity says who."
)
CONNECTIONS = "It has no connection left: raise its max_connections, or start fewer workers."
PASSWORD = "Its user or password is wrong: mend BRANDPULSE_DATABASE_URL."  # noqa: S105 - a sentence
NONE_THERE = "Make it, as by createdb, then `brandpulse db upgrade`, or mend BRANDPULSE_DATABASE_URL."
STARTING = "It is starting or stopping: it takes a moment."
OPTION = "Mend what stands behind the ? of BRANDPULSE_DATABASE_URL."
AUTHORITY = (
    "Its certificate is not signed by the authority that sslrootcert names: name the file of the one that did in "
    "BRANDPULSE_DATABASE_URL."
)
OTHER_HOST = "Name it in BRANDPULSE_DATABASE_URL as its certificate does, or give it a certificate of this name."
NO_AUTHORITY = (
    "Name the file of the authority that signed the server's certificate by sslrootcert=FILE in "
    "BRANDPULSE_DATABASE_URL; sslrootcert=system takes those of this machine."
)
NOT_ENCRYPTED = "Turn TLS on there (ssl = on), or name the server that has it."
DAMAGED = "It is damaged, or no database: restore it from a backup, as docs/operations.md says."

#: What a server may get over while one waits.
PASSING = (STARTING, READ_ONLY, FULL, CONNECTIONS)

#: https://www.postgresql.org/docs/current/errcodes-appendix.html
BY_CODE = {
    "53100": FULL,
    "25006": READ_ONLY,
    "57014": LOCKED,
    "55P03": LOCKED,
    "40P01": LOCKED,
    "53300": CONNECTIONS,
    "28000": PASSWORD,
    "28P01": PASSWORD,
    "3D000": NONE_THERE,
    "57P03": STARTING,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
}
#: A PostgreSQL that refuses a connection gives no code, and SQLite says it in words.
BY_WORDS = {
    "disk is full|No space left": FULL,
    "readonly database|read-only": READ_ONLY,
    "is locked": LOCKED,
    "too many (clients|connections)|connection slots": CONNECTIONS,
    "password authentication failed|no password supplied": PASSWORD,
    'database "[^"]*" does not exist': NONE_THERE,
    "starting up|shutting down": STARTING,
    "invalid \\w+ value": OPTION,
    "certificate verify failed": AUTHORITY,
    "does not match host name": OTHER_HOST,
    "root certificate file": NO_AUTHORITY,
    "does not support SSL": NOT_ENCRYPTED,
    "malformed|not a database": DAMAGED,
}


def known(error: BaseException | None) -> str | None:
    """Say what to do about an error of a driver; None where it is not about the whole database."""
    if isinstance(error, psycopg.Error) and error.sqlstate in BY_CODE:
        return BY_CODE[error.sqlstate]
    if isinstance(error, psycopg.ProgrammingError) and "connection option" in str(error):
        return OPTION
    if not isinstance(error, psycopg.OperationalError | sqlite3.DatabaseError):
        return None
    return next((what for words, what in BY_WORDS.items() if re.search(words, str(error))), None)
