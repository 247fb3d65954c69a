"""Which column holds which field: by the map that the user gives, else by the names that exports use."""

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from settings import errors

#: A column with a longer name has no usual one.
LONGEST_NAME_CHARACTERS = 100
#: Columns that an error names: a screenful.
MOST_NAMED = 40
#: The names that exports use, best first; compared without case, spaces and punctuation.
USUAL_NAMES: Mapping[str, tuple[str, ...]] = {
    "brand": ("brand", "brand_name", "company", "query_name"),
    "source": ("source", "platform", "network", "channel_type", "source_type"),
    "external_id": (
        "external_id",
        "comment_id",
        "commentid",
        "tweet_id",
        "id_str",
        "id",
        "cid",
        "guid",
        "uri",
        "mention_id",
        "resource_id",
        "snippet.top_level_comment.id",
    ),
    "parent_id": (
        "parent_id",
        "parentid",
        "parent_comment_id",
        "in_reply_to_status_id_str",
        "in_reply_to_status_id",
        "in_reply_to_id",
        "in_reply_to",
        "reply_to",
        "parent.id",
    ),
    "author": (
        "author",
        "author_name",
        "author_display_name",
        "username",
        "user_name",
        "screen_name",
        "user",
        "user.screen_name",
        "user.username",
        "user.unique_id",
        "author.handle",
        "account.acct",
        "from.name",
        "author_id",
        "user_id",
        "snippet.top_level_comment.snippet.author_display_name",
    ),
    "text": (
        "text",
        "full_text",
        "text_original",
        "comment_text",
        "comment",
        "body",
        "tweet",
        "tweet_text",
        "message",
        "content",
        "contents",
        "review",
        "review_text",
        "text_display",
        "record.text",
        "snippet.top_level_comment.snippet.text_original",
        "snippet.text_original",
        "selftext",
        "description",
    ),
    "posted_at": (
        "posted_at",
        "created_at",
        "created_utc",
        "published_at",
        "create_time",
        "created_time",
        "comment_create_timestamp",
        "tweet_created",
        "timestamp",
        "datetime",
        "date",
        "time",
        "created",
        "record.created_at",
        "snippet.top_level_comment.snippet.published_at",
    ),
    "language": ("language", "lang", "language_code", "comment_language"),
    "likes": (
        "likes",
        "like_count",
        "likecount",
        "favorite_count",
        "favourites_count",
        "favorites",
        "digg_count",
        "score",
        "upvotes",
        "public_metrics.like_count",
        "snippet.top_level_comment.snippet.like_count",
    ),
    "url": ("url", "permalink", "link", "comment_url", "original_url"),
}


def choose(names: Iterable[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """Choose a column for each field.

    Args:
        names: the columns there are.
        mapping: column to field, as the user says it; wins over the usual names.

    Returns:
        field to column, for the fields that have one.

    """
    columns = list(names)
    chosen = {field: column for column, field in mapping.items() if column in columns}
    by_name: dict[str, str] = {}
    for column in columns:
        if column not in mapping:
            by_name.setdefault(_plain(column), column)
    for field, usual in USUAL_NAMES.items():
        if field not in chosen:
            found = next((by_name[_plain(name)] for name in usual if _plain(name) in by_name), None)
            if found is not None:
                chosen[field] = found
    return chosen


def check(names: Iterable[str], mapping: Mapping[str, str], place: str) -> None:
    """Raise `errors.UnknownColumn` where a mapped column, or any column for the text, is missing."""
    columns = list(names)
    named = [name[:LONGEST_NAME_CHARACTERS] for name in columns[:MOST_NAMED]]
    there = ", ".join(named) + (f" and {len(columns) - MOST_NAMED:,} more" if len(columns) > MOST_NAMED else "")
    missing = [column for column in mapping if column not in columns]
    if missing:
        raise errors.UnknownColumn(f"{place} has no column {missing[0]!r}; its columns are: {there}.")
    if "text" not in choose(columns, mapping):
        raise errors.UnknownColumn(
            f"{place} has no column that is known to hold the text; name it by --map COLUMN=text. "
            f"Its columns are: {there}."
        )


def holds_text(names: Iterable[str], mapping: Mapping[str, str]) -> bool:
    """Tell whether these may be the columns of a header: every mapped one, and one for the text."""
    columns = list(names)
    return all(column in columns for column in mapping) and "text" in choose(columns, mapping)


def is_usual(name: str, field: str) -> bool:
    """Tell whether a column bears one of the usual names of a field."""
    return _plain(name) in _usual(field)


@cache
def _usual(field: str) -> frozenset[str]:
    return frozenset(map(_plain, USUAL_NAMES[field]))


def _plain(name: str) -> str:
    # A name of JSON may have megabytes, of which none should be remembered.
    return _letters(name[:LONGEST_NAME_CHARACTERS])


@lru_cache(4_096)  # asked for each usual name with every few thousand rows: 0.5 µs a row of CSV
def _letters(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum() or c == ".")
