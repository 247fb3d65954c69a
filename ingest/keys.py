"""The natural key: which rows are the same comment."""

from hashlib import blake2b

from ingest.rows import Comment

KEY_BYTES = 16


def natural_key(comment: Comment, brand: str, sha256: str) -> bytes:
    """Hash what makes a comment itself, 16 bytes.

    With an id of the platform: brand, source and id. Without one: brand, source, author, time and text, where author
    or time is there. With neither: the file's checksum and the record number, so that two people's "lol" stay two.
    """
    if comment.external_id is not None:
        return _hash("id", brand, comment.source, comment.external_id)
    if comment.author is not None or comment.posted_at is not None:
        moment = "" if comment.posted_at is None else comment.posted_at.isoformat()
        return _hash("text", brand, comment.source, comment.author or "", moment, comment.text)
    return _hash("record", sha256, str(comment.record))


def _hash(*parts: str) -> bytes:
    # No part holds NUL (such rows are rejects), so no two lists of parts make the same bytes.
    return blake2b("\0".join(parts).encode(), digest_size=KEY_BYTES).digest()
