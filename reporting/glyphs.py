"""Characters that no font here can show: found out by asking the typesetter, and told in words."""

import json
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from reporting import rewriting

#: Latin letters and signs, which the fonts that come with the typesetter have.
LAST_SAFE = 0x17F
JOINERS = "\u200c\u200d"  # within emoji, and within words of Persian and Hindi
BOX = "\u25a1"  # in place of a letter of a script that no font here has
#: Sets each character on its own under the standard that refuses those without a shape.
PROBE = b'#set document(title: "probe")\n#for one in json(bytes(sys.inputs.asked)) [#one \\ ]'


def shown(part: Any, told: Mapping[str, str]) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Write the texts of a document with the characters that can be shown."""

    def rewrite(text: str) -> str:
        return text if text.isascii() and text.isprintable() else "".join(told.get(one, one) for one in text)

    return rewriting.texts(part, rewrite)


def replacements(document: Any) -> dict[str, str]:  # noqa: ANN401 - as above
    """Find the characters of a document that cannot be shown, and what stands in their place.

    An emoji stands by its name, as [grinning face]; any other character as a box. Controls are blanks, and those of
    direction are left out: they would turn the rest of a line around.
    """
    used = set(json.dumps(document, ensure_ascii=False)) | set(_controls())
    controls = {one: " " for one in used if unicodedata.category(one) == "Cc" and one != "\n"}
    controls |= {one: "" for one in used if unicodedata.category(one) == "Cf" and one not in JOINERS}
    asked = sorted(one for one in used - controls.keys() if ord(one) > LAST_SAFE)
    return controls | {one: _named(one) for one in _missing(asked)}


def _controls() -> Iterable[str]:
    """List the controls, which JSON writes as escapes."""
    return map(chr, (*range(0x20), *range(0x7F, 0xA0)))


def _missing(asked: list[str]) -> list[str]:
    """Tell which characters the fonts lack, those of the machine counted in."""
    import typst  # noqa: PLC0415 - 0.1 s that only a printed report needs

    try:
        typst.compile(PROBE, sys_inputs={"asked": json.dumps(asked)}, pdf_standards=["ua-1"], format="pdf")
    except typst.TypstError as error:
        # It names each: as it is, or by its number where it has no shape of its own.
        return [one for one in asked if f'"{one}"' in error.diagnostic or f'"\\u{{{ord(one):x}}}"' in error.diagnostic]
    return []


def _named(character: str) -> str:
    """Tell a character that has no shape here."""
    name, category = unicodedata.name(character, ""), unicodedata.category(character)
    if name.startswith("REGIONAL INDICATOR"):
        return name[-1]  # two of them are a flag: DE
    if name.startswith("EMOJI MODIFIER") or category in {"Mn", "Me", "Cf"}:
        return ""  # a colour of skin, or a mark on what stands before
    return f"[{name.lower()}]" if category == "So" and name else BOX
