"""How large the transformer is: MiniLM-L6-H384 (Wang et al. 2020), and any other size that a test may want."""

from typing import NamedTuple


class Size(NamedTuple):
    """How large an encoder is."""

    vocabulary: int
    positions: int
    width: int
    heads: int
    inner: int
    blocks: int


MINILM = Size(vocabulary=30_522, positions=512, width=384, heads=12, inner=1_536, blocks=6)
