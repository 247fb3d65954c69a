"""Fuzz what cuts texts for models: `make fuzz` feeds it texts, guided by what of `model_store` they reach.

Whatever texts hold, there is an answer for each, and the same one for a text beside others as for it alone.
"""

import json
import sys

import atheris
import numpy as np

with atheris.instrument_imports(include=["model_store", "html"]):
    from model_store import loading, shipped, windows, words
    from model_store.language import Languages
    from model_store.wordpieces import WordPieces

BRANDS = ((), ("unknown",), ("Lumo", "@lumo", "Delta Air"), ("Love", "\U0001f600", "a.b*"))
FAST = loading.load(shipped.find("fast"))
FILES = shipped.find("accurate").folder
LANGUAGES = Languages(["en"], json.loads((FILES / "words.json").read_text()))
PIECES = WordPieces(json.loads((FILES / "pieces.json").read_text()))
VOCABULARY = words.Vocabulary(json.loads((shipped.find("imdb").folder / "words.json").read_text()))


def one(data: bytes) -> None:
    """Cut and score the texts that these bytes make, a text a record separator; the first byte chooses the brand."""
    if not data:
        return
    brand = BRANDS[data[0] % len(BRANDS)]
    # As ingest hands them over, and with halves of characters, as `brandpulse score` can be given them.
    texts = data[1:].decode("utf-8", "surrogateescape").split("\x1e")
    together = FAST.predict(texts, [brand] * len(texts))
    alone = FAST.predict(texts[:1], [brand])
    for all_, first in zip(together, alone, strict=True):
        assert np.array_equal(all_[:1], first, equal_nan=all_.dtype != object)
    assert len(FAST.explain(texts[:1], [brand])) == 1
    assert len(LANGUAGES.foreign(texts)) == len(texts)
    assert VOCABULARY.encode(texts, 16).shape == (len(texts), 16)
    pieces = PIECES.encode(texts)
    found = windows.cut(pieces, 8)
    assert set(found.texts.tolist()) == {i for i, ids in enumerate(pieces) if len(ids)}
    assert windows.batches(found.ids, 64) or not found.ids


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
