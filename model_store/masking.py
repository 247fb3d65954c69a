"""Masking: a brand's own name must not move its score ("United" is no praise)."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from string import punctuation

#: What stands in place of the name: one word, of letters only, that no vocabulary knows.
PLACEHOLDER = "qxbrandxq"
#: The name of a brand that nobody gave.
NO_BRAND = "unknown"


def mask(texts: Sequence[str], brands: Iterable[tuple[str, ...]]) -> list[str]:
    """Replace, in each text, the names of its brand by `PLACEHOLDER`.

    `brands` holds, for each text, the brand's name and handles. Found are the name, the @handle and the #hashtag, in
    any case, as whole words only; a name of several words also written as one.
    """
    return [_masker(names)(text) for text, names in zip(texts, brands, strict=True)]


@cache
def _masker(names: tuple[str, ...]) -> Callable[[str], str]:
    found = {form for name in names if name.lower() != NO_BRAND for form in _forms(name)}
    if not found:
        return lambda text: text
    # The longest first: of "Delta Air" and "Delta" the whole name goes.
    parts = "|".join(r"\s+".join(map(re.escape, form)) for form in sorted(found, key=lambda f: (-len("".join(f)), f)))
    pattern = re.compile(rf"(?<!\w)[@#]*(?:{parts})(?!\w)", re.IGNORECASE)
    beginnings = {form[0].lower() for form in found}

    def masked(text: str) -> str:
        # Looking for a plain string first makes the usual text, without the name, three times as fast.
        lowered = text.lower()
        if any(beginning in lowered for beginning in beginnings):
            return pattern.sub(PLACEHOLDER, text)
        return text

    return masked


def _forms(name: str) -> list[tuple[str, ...]]:
    """List the ways to write a name, each a sequence of words that blanks separate."""
    # "Yahoo!" is written "Yahoo" as often; what is punctuation alone stays as it is.
    bare = name.strip().lstrip("@#")
    words = tuple(bare.strip(punctuation).split()) or tuple(bare.split())
    return [words, ("".join(words),)] if words else []
