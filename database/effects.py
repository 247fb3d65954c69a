"""Refuse functions of PostgreSQL that do more than read, whatever role calls them.

In a transaction that writes nothing a function may still end other sessions, take locks, read files of the server where
the user may, change the role back, or run SQL that was put together in a text. PostgreSQL itself says which those are:
all of them are volatile. A function that somebody added is not known, unless it is immutable.
"""

import re

from sqlalchemy import Connection, text

from settings import errors

#: Volatile, and without an effect: `system` and `bernoulli` are ways to sample a table.
HARMLESS = (
    *("bernoulli", "clock_timestamp", "gen_random_uuid", "random", "random_normal", "system", "timeofday"),
    *("uuidv4", "uuidv7"),
)
_OF_THESE = text("""
    SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE lower(p.proname) = ANY(:words) AND p.proname <> ALL(:harmless)
      AND (p.provolatile = 'v' OR p.provolatile = 's' AND n.nspname NOT IN ('pg_catalog', 'information_schema'))
    ORDER BY 1 LIMIT 1
""")
#: By its number an identifier can be written without a letter of it: U&"\\0070g_sleep".
_ESCAPED = re.compile(r"u&\s*\"", re.IGNORECASE)


def refuse(connection: Connection, statement: str) -> None:
    """Refuse a statement that names such a function.

    Every word of it is looked up, those in texts and comments too: what is a word of the statement is then no question
    of reading it as PostgreSQL does.

    Raises:
        errors.RefusedQuery: it names one.

    """
    if _ESCAPED.search(statement):
        raise errors.RefusedQuery('Only names that are written as they are can be read: no U&"…".')
    words = sorted({word.lower() for word in re.findall(r"\w+", statement.replace("$", " "))})
    found = connection.scalar(_OF_THESE, {"words": words, "harmless": list(HARMLESS)})
    if found is not None:
        raise errors.RefusedQuery(f"Only reading is allowed: the function {found} may do more, and may not be named.")
