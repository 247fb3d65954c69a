"""Masking: a brand's own name must not move its score ("United" is no praise)."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from string import punctuation

from model_store.opinions import OPINION_WORDS

#: What stands in place of the name: one word, of letters only, that no vocabulary knows.
PLACEHOLDER = "qxbrandxq"
#: The name of a brand that nobody gave.
NO_BRAND = "unknown"


def mask(texts: Sequence[str], brands: Iterable[tuple[str, ...]]) -> list[str]:
    """Replace, in each text, the names of its brand by `PLACEHOLDER`.

    `brands` holds, for each text, the brand's name and handles. Found are the name, the @handle and the #hashtag, in
    any case, as whole words only; a name of several words also written as one. A name that is a word of praise or blame
    is found in any case behind @ and #, and else as the brand writes it, or every comment that loves the brand Love
    would lose what it says.
    """
    return [_masker(names)(text) for text, names in zip(texts, brands, strict=True)]


@cache
def _masker(names: tuple[str, ...]) -> Callable[[str], str]:
    found = {form for name in names if name.lower() != NO_BRAND for form in _forms(name)}
    if not found:
        return lambda text: text
    pattern = re.compile(rf"(?<!\w)(?:{_parts(found)})(?!\w)")
    beginnings = {form[0].lower() for form in found}

    def masked(text: str) -> str:
        # Looking for a plain string first makes the usual text, without the name, three times as fast.
        lowered = text.lower()
        for beginning in beginnings:
            if beginning in lowered:
                return pattern.sub(PLACEHOLDER, text)
        return text

    return masked


def _parts(forms: Iterable[tuple[str, ...]]) -> str:
    """Write the forms as alternatives, the longest first: of "Delta Air" and "Delta" the whole name goes."""
    written = []
    for form in sorted(forms, key=lambda form: (-len("".join(form)), form)):
        words = r"\s+".join(map(re.escape, form))
        is_opinion = len(form) == 1 and form[0].lower() in OPINION_WORDS
        written.append(rf"(?:(?i:[@#]+{words})|{words})" if is_opinion else rf"(?i:[@#]*{words})")
    return "|".join(written)


def _forms(name: str) -> list[tuple[str, ...]]:
    """List the ways to write a name, each a sequence of words that blanks separate."""
    # "Yahoo!" is written "Yahoo" as often; what is punctuation alone stays as it is.
    bare = name.strip().lstrip("@#")
    words = tuple(bare.strip(punctuation).split()) or tuple(bare.split())
    return [words, ("".join(words),)] if words else []
