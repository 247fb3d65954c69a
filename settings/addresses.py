"""Addresses with a password in them: checked by their shape, and shown without it.

Each library that takes one reads it in its own way and, where it cannot, quotes a piece: a password with an @, / or #
in it would be taken for a host or a port and be printed. So an address is checked before anybody else sees it, by
sentences that quote nothing of it.
"""

import re
from ipaddress import ip_address
from pathlib import PurePosixPath
from urllib.parse import parse_qs, unquote, urlsplit

QUOTED = "%40 for @, %2F for /, %3A for :, %23 for #, %3F for ?, %5B for [, %5D for ]"
REDIS_OPTIONS = {"ssl_cert_reqs", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_check_hostname"}
CERTIFICATES = {"required", "optional", "none", "CERT_REQUIRED", "CERT_OPTIONAL", "CERT_NONE"}
_AUTHORITY = re.compile(r"[a-z+]+://([^/?#]*)(.*)", re.DOTALL)
#: user and password, then host and port
_PARTS = re.compile(r"(?:[^@\[\]]*@)?(\[[0-9A-Fa-f:.]+\]|[^@:\[\]]*)(?::(\d{1,5}))?")
_PASSWORDS = re.compile(r"pass(?!file)|secret|token", re.IGNORECASE)


def of_database(url: str) -> str:
    """Give an address of a database that can be taken apart.

    Raises:
        ValueError: it cannot; the message is a sentence without a piece of it.

    """
    if url.startswith("postgresql"):
        _check(url, allowed=frozenset({"sslpassword"}))
    return url


def of_queue(url: str) -> str:
    """Give an address of a queue, or several with semicolons between them; raises as `of_database`."""
    for one in url.split(";"):
        _check(one)
        if one.startswith("redis"):
            _check_redis(one)
    return url


def of_mail_server(url: str) -> str:
    """Give an address of a mail server; raises as `of_database`."""
    _check(url)
    return url


def shown(url: str) -> str:
    """Write an address for people: without password and options, either of which may be secret."""
    begin, _, end = url.partition("?")[0].rpartition("@")
    user = re.sub(r"^([a-z+]+://[^:]*):.*", r"\1:***", begin, flags=re.DOTALL)
    return f"{user}@{end}" if begin else end


def shown_queue(url: str) -> str:
    """Write the address of a queue as `shown` does, of several each."""
    return ";".join(map(shown, url.split(";")))


def is_elsewhere(url: str) -> bool:
    """Tell whether a server is on another machine: then others may listen in between."""
    return not all(map(_is_here, _hosts(url)))


def options(url: str) -> dict[str, str]:
    """Give what stands behind the question mark; of several of a name the last."""
    return {name: values[-1] for name, values in parse_qs(url.partition("?")[2]).items()}


def _hosts(url: str) -> list[str]:
    parts, said = urlsplit(url), parse_qs(urlsplit(url).query)
    named = [parts.hostname] if parts.hostname else []
    # Several of PostgreSQL are options of its address.
    return named + [host.partition(":")[0] for value in said.get("host", []) for host in value.split(",")]


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in {"", "localhost"} or PurePosixPath(unquote(host)).is_absolute()  # a socket's folder


def _check(url: str, allowed: frozenset[str] = frozenset()) -> None:
    found = _AUTHORITY.fullmatch(url)
    if found is None:
        raise ValueError("It is no address.")
    authority, rest = found.groups()
    parts = _PARTS.fullmatch(authority)
    if parts is None or "@" in rest.partition("?")[0] or "#" in rest:
        raise ValueError(f"It cannot be taken apart: in a user's name or password write {QUOTED}.")
    if parts[2] is not None and not 0 < int(parts[2]) < 1 << 16:
        raise ValueError("Its port is no number from 1 to 65535.")
    if any(_PASSWORDS.search(name) and name not in allowed for name in options(url)):
        raise ValueError("It has a password among its options: that stands before the host, as USER:PASSWORD@HOST.")


def _check_redis(url: str) -> None:
    if not re.fullmatch(r"/?\d{0,9}", urlsplit(url).path):
        raise ValueError("What stands behind the host of a Redis is the number of its database, as /0.")
    said = options(url)
    if not said.keys() <= REDIS_OPTIONS:
        raise ValueError(f"Of options a Redis has only {', '.join(sorted(REDIS_OPTIONS))}.")
    if url.startswith("rediss") and said.get("ssl_cert_reqs") not in CERTIFICATES:
        raise ValueError(
            "It is encrypted, but does not say whether the server's certificate is checked: end it in "
            "?ssl_cert_reqs=required&ssl_ca_certs=FILE, FILE being that of the authority that signed it."
        )
    if url.startswith("redis:") and said:
        raise ValueError("It has options of TLS, but redis:// is not encrypted: write rediss://.")
