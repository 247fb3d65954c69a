"""The transformer of one version in one process, run by LiteRT, by TensorFlow or by PyTorch, over the same word pieces.

    python -m benchmarks.encoders NAME MODEL FILE WARM ANSWERS

FILE is a JSON list of texts, WARM how many of them warm up, ANSWERS where the logits of the others are written. Prints
comments per second, the cutting of the texts into pieces counted; `absent` where what it needs is not installed.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from benchmarks.contenders import ABSENT
from model_store import loading, rounding, shipped, windows
from model_store.minilm import MINILM
from model_store.recipes import accurate
from model_store.serving import WEIGHTS
from model_store.wordpieces import WordPieces

#: tokens of a batch, as a user would take; others were not compared yet. LiteRT has `accurate.CALL_TOKENS`
TENSORFLOW_TOKENS = PYTORCH_TOKENS = 2_048

Network = Callable[[NDArray[np.int32]], NDArray[np.float32]]
Logits = Callable[[Sequence[str]], NDArray[np.float64]]


def litert(spec: str) -> Logits:
    """Score as brandpulse does: products in 8 bits."""
    scorer: Any = loading.load(shipped.find(spec)).scorer
    return lambda texts: scorer.logits(texts).values


def tensorflow(spec: str) -> Logits:
    """Run the same network in plain TensorFlow, 32 bits, with oneDNN."""
    os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"
    network = accurate.build(_content(spec, WEIGHTS))
    return _sorted(spec, lambda ids: np.asarray(network.predict_on_batch(ids)), TENSORFLOW_TOKENS)


def pytorch(spec: str) -> Logits:
    """Run the same network in PyTorch, 32 bits, as transformers builds it."""
    import torch  # noqa: PLC0415 - the optional extra `pytorch`
    from transformers import BertConfig, BertModel  # noqa: PLC0415 - as above

    torch.set_num_threads(os.cpu_count() or 1)
    size, weights = MINILM, rounding.load(_content(spec, WEIGHTS))
    encoder = BertModel(
        BertConfig(
            vocab_size=size.vocabulary,
            max_position_embeddings=size.positions,
            hidden_size=size.width,
            num_attention_heads=size.heads,
            intermediate_size=size.inner,
            num_hidden_layers=size.blocks,
        ),
        add_pooling_layer=False,
    )
    named = {name: torch.from_numpy(np.ascontiguousarray(weight)) for name, weight in _by_name(weights).items()}
    encoder.load_state_dict(named, strict=False)
    kernel, bias = (torch.from_numpy(weight) for weight in weights[-2:])
    encoder.eval()

    def network(ids: NDArray[np.int32]) -> NDArray[np.float32]:
        with torch.inference_mode():
            given = torch.from_numpy(ids.astype(np.int64))
            states = encoder(given, attention_mask=(given != 0).long()).last_hidden_state[:, 0]
            answered: NDArray[np.float32] = (states @ kernel + bias).numpy()
            return answered

    return _sorted(spec, network, PYTORCH_TOKENS)


CONTENDERS: Mapping[str, Callable[[str], Logits]] = {"litert": litert, "tensorflow": tensorflow, "pytorch": pytorch}


def _content(spec: str, name: str) -> bytes:
    return (shipped.find(spec).folder / name).read_bytes()


def _sorted(spec: str, network: Network, tokens: int) -> Logits:
    """Cut texts into pieces, sort them by length, and run the network over batches of like lengths."""
    pieces = WordPieces(json.loads(_content(spec, accurate.PIECES)))

    def logits(texts: Sequence[str]) -> NDArray[np.float64]:
        cut = windows.cut(pieces.encode(texts), accurate.WINDOW)
        values = np.empty((len(cut.ids), 2), np.float32)
        for batch in windows.batches(cut.ids, tokens):
            values[batch] = network(windows.padded([cut.ids[place] for place in batch]))
        return cut.average(values, len(texts))

    return logits


def _by_name(weights: Sequence[NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    """Give the weights of the encoder PyTorch's names; the reverse of `model_store.training.pretrained.in_order`."""
    left = iter(weights)
    words, places = next(left), next(left)
    found = {
        "embeddings.word_embeddings.weight": words,
        "embeddings.position_embeddings.weight": places,
        # That of the type of token is in those of the places already.
        "embeddings.token_type_embeddings.weight": np.zeros((2, words.shape[1]), np.float32),
        "embeddings.LayerNorm.weight": next(left),
        "embeddings.LayerNorm.bias": next(left),
    }
    for number in range(MINILM.blocks):
        block = f"encoder.layer.{number}."
        kernels, biases = (np.split(next(left), 3, axis=-1) for _ in range(2))
        for name, kernel, bias in zip(("query", "key", "value"), kernels, biases, strict=True):
            found |= {f"{block}attention.self.{name}.weight": kernel.T, f"{block}attention.self.{name}.bias": bias}
        for part in ("attention.output", "intermediate", "output"):
            found |= {f"{block}{part}.dense.weight": next(left).T, f"{block}{part}.dense.bias": next(left)}
            if part != "intermediate":
                found |= {f"{block}{part}.LayerNorm.{name}": next(left) for name in ("weight", "bias")}
    return found


def main(name: str, spec: str, file: Path, warm: int, answers: Path) -> None:
    """Time one contender."""
    texts = json.loads(file.read_text(encoding="utf-8"))
    try:
        logits = CONTENDERS[name](spec)
    except ModuleNotFoundError:
        click.echo(ABSENT)
        return
    logits(texts[:warm])
    began = time.perf_counter()
    found = logits(texts[warm:])
    click.echo((len(texts) - warm) / (time.perf_counter() - began))
    np.save(answers, found)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]), Path(sys.argv[5]))
