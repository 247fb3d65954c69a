"""Compare how fast the transformer runs: by LiteRT as brandpulse has it, by TensorFlow, and by PyTorch.

    pip install 'brandpulse[pytorch]'
    python -m benchmarks.accurate --json

Each in a process of its own, one after the other and several times over, on the same tweets in batches of like lengths;
the medians count. That they say the same is measured too: the largest difference of a logit from PyTorch's, and the
part of the tweets of which both find the same side.
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import click
import numpy as np

from benchmarks import contenders, encoders, machine, processes, texts
from cli import output
from model_store.transformer import POLARITY


@click.command()
@output.json_option
@click.option("--model", default="accurate@2", show_default=True, help="A shipped version of the recipe `accurate`.")
@click.option("--tweets", type=click.IntRange(100), default=3_000, show_default=True, help="How many are timed.")
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True, help="How often each is timed.")
@click.option("--data", type=click.Path(path_type=Path), default=texts.FOLDER, help="Folder of labelled sets.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same tweets.")
def main(*, as_json: bool, model: str, tweets: int, rounds: int, data: Path, seed: int) -> None:
    """Compare LiteRT, TensorFlow and PyTorch on the same tweets."""
    with tempfile.TemporaryDirectory(prefix="brandpulse-bench-") as folder:
        found = measure(model, texts.tweets(data, tweets + tweets // 4, seed), rounds, Path(folder))
    if as_json:
        output.document(found)
    else:
        output.console().print_json(json.dumps(found))
    sys.exit(0 if found["rates"]["pytorch"] else 1)


def measure(model: str, tweets: list[str], rounds: int, folder: Path) -> dict[str, Any]:
    """Time each contender `rounds` times by turns; the first fifth of the tweets warms up."""
    file, warm = folder / "tweets.json", len(tweets) // 5
    file.write_text(json.dumps(tweets), encoding="utf-8")
    said: dict[str, list[float]] = {name: [] for name in encoders.CONTENDERS}
    for _ in range(rounds):
        for name, rates in said.items():
            # What LiteRT runs was compiled before, and stays in the user's cache.
            env = processes.environment(cache_folder=os.environ.get("BRANDPULSE_CACHE_FOLDER"))
            answers = folder / f"{name}.npy"
            rate = processes.run("benchmarks.encoders", name, model, file, str(warm), answers, env=env).strip()
            if rate != contenders.ABSENT:
                rates.append(float(rate))
    medians = {name: round(median(one), 1) if one else None for name, one in said.items()}
    slowest = medians["pytorch"]
    return {
        "model": model,
        "tweets": len(tweets) - warm,
        "machine": machine.described(),
        "rates": medians,
        "all": {name: [round(rate, 1) for rate in one] for name, one in said.items()},
        "over_pytorch": {name: round(rate / slowest, 2) for name, rate in medians.items() if rate} if slowest else None,
        "beside_pytorch": _beside(folder) if slowest else None,
    }


def _beside(folder: Path) -> dict[str, dict[str, float]]:
    logits = {name: np.load(folder / f"{name}.npy") for name in encoders.CONTENDERS}
    wanted = logits.pop("pytorch")
    return {
        name: {
            "largest_difference": float(np.abs(found - wanted).max()),
            "same_side": float(((found[:, POLARITY] > 0) == (wanted[:, POLARITY] > 0)).mean()),
        }
        for name, found in logits.items()
    }


if __name__ == "__main__":
    main()
