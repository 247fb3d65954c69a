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
    #: kinds of distance between two tokens that change how they attend to each other; BERT knows none
    distances: int = 0
    #: added to the variance in the normalisations
    epsilon: float = 1e-12


MINILM = Size(vocabulary=30_522, positions=512, width=384, heads=12, inner=1_536, blocks=6)
