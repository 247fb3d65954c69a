import numpy as np
import pytest

from model_store import rounding


@pytest.fixture(scope="module")
def weights():
    generator = np.random.default_rng(0)
    return [generator.normal(size=shape).astype(np.float32) for shape in [(400, 64), (128, 96), (96,), (8, 8)]]


def test_weights_come_back_in_order_within_half_a_step(weights):
    back = rounding.load(rounding.save(weights, tables=1))
    for weight, kept in zip(weights, back, strict=True):
        assert kept.shape == weight.shape
        assert kept.dtype == np.float32
        assert np.abs(kept - weight).max() <= np.abs(weight).max() / rounding.LARGEST / 2 + 1e-6


def test_each_output_of_a_product_has_steps_of_its_own(weights):
    scaled = weights[1] * np.logspace(-3, 3, 96, dtype=np.float32)
    back = rounding.load(rounding.save([weights[0], scaled], tables=1))[1]
    assert np.abs(back / scaled - 1)[np.abs(scaled) > np.abs(scaled).max(axis=0) / 2].max() < 0.01


def test_few_numbers_are_kept_as_they_are(weights):
    back = rounding.load(rounding.save(weights, tables=1))
    assert np.array_equal(back[2], weights[2])
    assert np.array_equal(back[3], weights[3])


def test_what_was_rounded_before_is_not_rounded_again(weights):
    once = rounding.save(weights, tables=1)
    assert rounding.save(rounding.load(once), tables=1) == once


def test_a_large_weight_takes_a_byte_a_number(weights):
    assert len(rounding.save(weights, tables=1)) < weights[0].size + weights[1].size + 3_000


def test_an_output_without_weights_stays_without():
    back = rounding.load(rounding.save([np.zeros((200, 100), np.float32)], tables=0))
    assert not back[0].any()
