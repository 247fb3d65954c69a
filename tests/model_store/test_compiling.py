import numpy as np
import pytest

from model_store import classifier, compiling, runtime
from model_store.minilm import Size

SIZE = Size(vocabulary=500, positions=64, width=64, heads=4, inner=128, blocks=2)


@pytest.fixture(scope="module")
def network():
    runtime.start()
    import keras

    keras.utils.set_random_seed(3)
    network = classifier.build(SIZE)
    generator = np.random.default_rng(3)
    network.set_weights([weight + generator.normal(0, 0.1, weight.shape) for weight in network.get_weights()])
    return network


@pytest.fixture(scope="module")
def file(network, tmp_path_factory):
    return compiling.cached(b"weights", lambda: network, tmp_path_factory.mktemp("cache"))


def drawn(texts, length):
    return np.random.default_rng(length).integers(1, SIZE.vocabulary, (texts, length)).astype(np.int32)


def test_a_compiled_network_says_what_the_network_says_but_for_rounding(network, file):
    compiled = compiling.Compiled(file, threads=1)
    for ids in (drawn(8, 20), drawn(3, 50), drawn(8, 20)):
        whole = np.asarray(network(ids))
        assert compiled(ids).shape == whole.shape
        assert np.square(compiled(ids) - whole).mean() < 0.1**2 * np.square(whole).mean()


def test_padding_changes_nothing_of_what_a_compiled_network_says(file):
    compiled = compiling.Compiled(file, threads=1)
    ids = drawn(1, 9)
    np.testing.assert_allclose(compiled(np.pad(ids, ((0, 0), (0, 30)))), compiled(ids), atol=0.02)


def test_a_network_is_compiled_once_per_machine_and_again_for_other_weights(network, file, capsys):
    folder = file.parent.parent

    def refuse():
        pytest.fail("it was compiled again")

    assert compiling.cached(b"weights", refuse, folder) == file
    assert compiling.cached(b"other weights", lambda: network, folder) != file
    assert not capsys.readouterr().out
    assert sorted(one.suffix for one in file.parent.iterdir()) == [".tflite", ".tflite"]


def test_what_one_user_has_compiled_others_can_read(file):
    assert file.stat().st_mode & 0o777 == 0o644


def test_a_compiled_network_that_this_user_may_not_read_is_compiled_again(network, file, monkeypatch):
    monkeypatch.setattr(compiling.os, "access", lambda *_asked: False)  # the user of the tests may be root
    built = []
    compiling.cached(b"weights", lambda: built.append(network) or network, file.parent.parent)
    assert built


def test_nothing_is_said_on_standard_error_that_nobody_asked_for(file, capfd):
    compiling.Compiled(file, threads=1)(drawn(2, 5))
    assert not capfd.readouterr().err


def test_without_a_place_to_keep_it_a_network_is_compiled_for_the_process(network, tmp_path):
    taken = tmp_path / "cache"
    taken.write_text("a file where the folder should be")
    compiled = compiling.Compiled(compiling.cached(b"weights", lambda: network, taken), threads=1)
    assert compiled(drawn(2, 5)).shape == (2, 2)
