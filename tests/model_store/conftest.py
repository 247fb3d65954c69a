"""A small set of labelled texts, and a version trained on it in seconds."""

import random
from pathlib import Path

import pytest

from model_store.artefact import Artefact
from model_store.recipes import imdb
from model_store.training import fitting, labelled, networks, parts, version
from model_store.training.fitting import Run, Sets
from model_store.training.labelled import Labelled
from model_store.training.parts import Parts

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
GOOD = ["wonderful", "lovely", "great", "superb", "moving", "funny", "charming", "brilliant"]
BAD = ["awful", "dull", "boring", "terrible", "clumsy", "tedious", "silly", "wooden"]
OTHER = ["the", "a", "film", "plot", "actor", "scene", "story", "and", "of", "it", "was", "with", "music", "camera"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let Keras 3.15 turn TensorFlow's tensors to NumPy 2 arrays in its own way while it trains; nothing else."""
    noise = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(noise)


def needs(name: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not (SHARED / name).exists(), reason=f"the data set {name} is not on this machine")


def reviews(count: int, seed: int = 0) -> tuple[list[str], list[str]]:
    """Texts of 20 to 60 words and their labels, by turns positive and negative."""
    drawn = random.Random(seed)
    texts, sentiments = [], []
    for i in range(count):
        telling = BAD if i % 2 else GOOD
        words = [drawn.choice(telling if drawn.random() < 0.3 else OTHER) for _ in range(drawn.randint(20, 60))]
        texts.append(" ".join(words))
        sentiments.append("negative" if i % 2 else "positive")
    return texts, sentiments


@pytest.fixture(scope="session")
def data() -> Labelled:
    """400 reviews, 300 of them to train on."""
    texts, sentiments = reviews(400)
    splits = ["train" if i < 300 else "test" for i in range(400)]
    return labelled.assemble("small.csv", "0" * 64, text=texts, sentiment=sentiments, split=splits)


@pytest.fixture(scope="session")
def made(data: Labelled) -> Parts:
    """Their parts."""
    return parts.cut([data], validation=imdb.VALIDATION)


@pytest.fixture(scope="session")
def sets(made: Parts) -> Sets:
    """What the training of `imdb` sees of them."""
    return networks.prepare(imdb, made, None)


@pytest.fixture(scope="session")
def run(sets: Sets) -> Run:
    """One short training."""
    return fitting.fit(imdb, sets, imdb.Options(epochs=4, batch_size=8, l2=0.0, dropout=0.0, languages=("en",)))


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory, made: Parts, sets: Sets, run: Run) -> Artefact:
    """The version `small@1`, written to a folder; tests that change it copy it first."""
    folder = tmp_path_factory.mktemp("versions") / "small" / "1"
    return version.save(folder, made, networks.trained(imdb, sets, run), name="small", number=1, recipe="imdb")
