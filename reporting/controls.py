"""Characters that do something in place of being seen: they move a cursor, change a title, or turn a line round.

In what people read a sign stands for each; JSON and tables for programs hold them as they are.
"""

from typing import Any

from reporting import rewriting

_SIGNS = 0x2400  # where Unicode has a picture for each control of ASCII
_DELETE, _ITS_SIGN = 0x7F, 0x2421
#: Of each the one in its place, of one column like it, or tables would be laid out wrongly.
_SHOWN = (
    dict.fromkeys(
        (
            *range(0x80, 0xA0),  # controls of Latin-1, an escape sequence in one character among them
            *(*range(0x202A, 0x202F), *range(0x2066, 0x206A)),  # which way what follows is written
            *range(0xD800, 0xE000),  # halves of characters, which nothing can print
        ),
        "\N{REPLACEMENT CHARACTER}",
    )
    | {code: chr(_SIGNS + code) for code in range(0x20) if chr(code) not in "\t\n"}
    | {_DELETE: chr(_ITS_SIGN)}
)


def shown(text: str) -> str:
    """Put signs in the place of such characters; lines and tabs stay."""
    return text if text.isprintable() else text.translate(_SHOWN)


def shown_in(part: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Do so in all texts of a document."""
    return rewriting.texts(part, shown)
