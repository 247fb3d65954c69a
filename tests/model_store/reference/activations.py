"""Makes the reference that the encoder is compared with; needs PyTorch and transformers, which the tests do not.

    python tests/model_store/reference/activations.py FOLDER_OF_MINILM

writes `bert.npz` and `mpnet.npz`, a tiny BERT and MPNet of random weights with what they make of some ids, and
`minilm.npz`, what the pretrained MiniLM makes of others; with `pieces.json`, what its own tokenizer makes of some
texts. Made with PyTorch 2.13.0 and transformers 5.24.0, `mpnet.npz` with PyTorch 2.11.0.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from transformers import BertConfig, BertModel, BertTokenizerFast, MPNetConfig, MPNetModel

FOLDER = Path(__file__).parent
TINY = BertConfig(
    vocab_size=60,
    max_position_embeddings=24,
    hidden_size=16,
    num_attention_heads=4,
    intermediate_size=32,
    num_hidden_layers=2,
    initializer_range=0.5,
)
TINY_MPNET = MPNetConfig(
    vocab_size=205,
    max_position_embeddings=202,
    hidden_size=16,
    num_attention_heads=4,
    intermediate_size=32,
    num_hidden_layers=2,
    initializer_range=0.5,
)
TEXTS = ["I can't recommend it — the café's wi-fi was so-so.", "unbelievably good, $9.99!", "日本 ok ٣"]


def states(model: BertModel, ids: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        given = torch.tensor(ids, dtype=torch.long)
        return model.eval()(given, attention_mask=(given != 0).long()).last_hidden_state.numpy()


def mpnet_states(model: MPNetModel, ids: np.ndarray) -> np.ndarray:
    """Let MPNet read our ids as its own: pieces stand four places further, what is no token is 1."""
    with torch.no_grad():
        given = torch.tensor(np.where(ids == 0, 1, ids + 4), dtype=torch.long)
        return model.eval()(given, attention_mask=(given != 1).long()).last_hidden_state.numpy()


def kept(model: torch.nn.Module) -> dict[str, np.ndarray]:
    weights = {name: weight.numpy() for name, weight in model.state_dict().items() if "pooler" not in name}
    return {name: weight for name, weight in weights.items() if weight.dtype == np.float32}


def drawn(vocabulary: int, lengths: list[int]) -> np.ndarray:
    generator = np.random.default_rng(7)
    ids = np.zeros((len(lengths), max(lengths)), np.int32)
    for row, length in zip(ids, lengths, strict=True):
        row[:length] = generator.integers(1, vocabulary, length)
    return ids


if __name__ == "__main__":
    torch.manual_seed(7)
    tiny, ids = BertModel(TINY), drawn(TINY.vocab_size, [20, 11, 3])
    np.savez_compressed(FOLDER / "bert.npz", ids=ids, states=states(tiny, ids), **kept(tiny))
    # Long ones: distances are grouped from eight on, and all alike from 128 on.
    tiny_mpnet, ids = MPNetModel(TINY_MPNET), drawn(100, [180, 11])
    np.savez_compressed(FOLDER / "mpnet.npz", ids=ids, states=mpnet_states(tiny_mpnet, ids), **kept(tiny_mpnet))
    pretrained = BertModel.from_pretrained(sys.argv[1])
    ids = drawn(30_522, [9, 4])
    np.savez_compressed(FOLDER / "minilm.npz", ids=ids, states=states(pretrained, ids))
    tokenizer = BertTokenizerFast.from_pretrained(sys.argv[1])
    found = {text: tokenizer(text, add_special_tokens=False)["input_ids"] for text in TEXTS}
    (FOLDER / "pieces.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
