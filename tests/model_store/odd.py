"""Texts as people and their programs write them: what is in them that could be cut wrongly."""

import random

_WRITTEN = """
    good bad the I LOVE Love hate this phone don't can't don\u2019t rock'n'roll 'tis ' '' café ÉTÉ
    ! !! !!!!! ... :) :-( ;-) <3 -- _ __ # #tag (good)!! C++ $10.00 10/10 &amp; &quot;so <br /> AT&T good.
    sooooo SoOoOo sOOOO AAAA aaaa aaaAaaa ))))(((( @lumo @a_b @Lumo: @x's @é @@x @ x@y #@lumo @1 @_
    http://t.co/x https://a.b/C?d HTTP://Q www.x.y http:// https:// http://a https://a (http://x) xhttp://y
    😀 👍🏽 ❤\ufe0f \ufe0f 你好 İ \u212a ΣΣ ß \u200d qxbrandxq
"""
PIECES = [
    *_WRITTEN.split(),
    *("\x00", "\x01", "a\x01b", "a\x00", "\x7f", "\x1a", "\ud83d", "x\ud800y"),
    *("\xa0", "y\u3000z", "q\x1dw", "\x85", "\u2028"),
    *("a" * 63, "a" * 64, "b" * 65, "https://t.co/" + "c" * 80, "@" + "d" * 80, "Es" * 50),
]
BLANKS = [*" " * 20, "  ", "\t", "\n", "\r\n", "\v", "\f", "\n\n\n\n\n", "", "\xa0", "\u3000", "\x1c"]


def texts(count: int, seed: int = 0) -> list[str]:
    """Draw texts of up to 80 of these pieces."""
    drawn = random.Random(seed)
    lengths = (0, 1, 2, 3, 5, 8, 13, 21, 80)
    return [
        "".join(drawn.choice(PIECES) + drawn.choice(BLANKS) for _ in range(drawn.choice(lengths))) for _ in range(count)
    ]
