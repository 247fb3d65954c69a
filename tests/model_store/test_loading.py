import json
import pickle
import shutil
import struct
import subprocess
import sys
from dataclasses import replace

import pytest

from model_store import artefact, loading
from settings import errors


def test_a_version_is_loaded_once_per_process(small):
    assert loading.load(small) is loading.load(small)


def test_a_loaded_version_predicts(small):
    model = loading.load(small)
    answered = model.predict(["a wonderful and lovely story", "an awful dull plot"], [(), ()])
    assert answered.p_positive[0] > answered.p_positive[1]
    assert dict(model.thresholds) == {"negative": 0.5, "positive": 0.5}
    assert model.chunk_size_comments == 5_000


def test_a_version_that_was_changed_after_it_was_read_is_not_loaded(small, tmp_path):
    folder = tmp_path / "small" / "1"
    shutil.copytree(small.folder, folder)
    version = replace(artefact.read(folder, small.sha256), folder=folder)
    (folder / "words.json").write_text("[]")
    with pytest.raises(errors.CorruptArtefact, match=r"small@1 .*words\.json"):
        loading.load(version)


def test_what_is_loaded_is_what_was_verified_wherever_a_link_leads(small, tmp_path):
    folder = tmp_path / "small" / "1"
    shutil.copytree(small.folder, folder)
    (folder / "words.json").unlink()
    (folder / "words.json").symlink_to(small.folder / "card.json")
    with pytest.raises(errors.CorruptArtefact, match=r"small@1 .*words\.json"):
        loading.load(replace(small, folder=folder))


def test_a_recipe_that_is_not_ours_is_never_imported(small, tmp_path):
    card = {**small.card, "recipe": "os"}
    folder = tmp_path / "odd" / "1"
    contents = {**artefact.files(small.folder), "card.json": json.dumps(card).encode()}
    artefact.place(folder, contents)
    version = replace(artefact.read(folder, artefact.checksum(contents)), name="odd")
    with pytest.raises(errors.NotFound, match=r"odd@1 cannot be loaded.*no recipe 'os'.*there is: imdb"):
        loading.load(version)


def weights(data=b"", length=None, **tensors):
    """Write a file of weights: how long its header is, the header, the numbers."""
    header = json.dumps(tensors).encode()
    return struct.pack("<Q", len(header) if length is None else length) + header + data


def tensor(shape, begin, end):
    return {"dtype": "F32", "shape": shape, "data_offsets": [begin, end]}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no weights at all",
        pickle.dumps([1]),
        weights(length=1 << 62),
        weights(length=1 << 20),
        weights(embedding=tensor([2], 0, 1 << 50)),
        weights(embedding=tensor([2], -8, 0)),
        weights(b"0123", a=tensor([1], 0, 4), b=tensor([1], 0, 4)),
        weights(b"01234567", embedding=tensor([1 << 62, 1 << 62], 0, 8)),
        weights(b"01234567", other=tensor([2], 0, 8)),
    ],
)
def test_files_that_the_recipe_makes_nothing_of_are_refused_by_name(small, tmp_path, content):
    contents = artefact.files(small.folder) | {"weights.safetensors": content}
    del contents["card.json"]
    version = artefact.write(tmp_path / "odd" / "1", small.card | {"name": "odd"}, contents)
    with pytest.raises(errors.ModelError, match="odd@1 cannot be loaded: the recipe imdb"):
        loading.load(version)


def test_importing_the_model_store_imports_no_tensorflow():
    code = (
        "import sys; from cli import training; from model_store import loading, recipes, registry, shipped; "
        "from model_store.training import archive, curves, evaluation, labelled, search, trainers, version; "
        "[trainers.named(name) for name in recipes.NAMES]; shipped.versions(); "
        "assert not {'tensorflow', 'keras', 'sklearn', 'altair', 'pooch'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_threads_can_be_limited(small):
    code = (
        "import sys; from pathlib import Path; from model_store import artefact, loading; "
        "loading.load(artefact.read(Path(sys.argv[1]), sys.argv[2]), threads=1); import tensorflow as tf; "
        "print(tf.config.threading.get_intra_op_parallelism_threads())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(small.folder), small.sha256], check=True, capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("1\n", "")
