import re

import numpy as np
import pytest

from model_store import loading, shipped
from model_store.prediction import label_codes
from model_store.training import labelled
from tests.model_store.conftest import SHARED, needs

NAMES = (
    *("United", "Delta", "Target", "Gap", "Shell", "Apple", "Best Buy", "Love", "Happy", "Hope", "Hate", "Boring"),
    *("Sad Company", "Visa", "Subway", "Great Wall", "Fresh & Easy", "Burger King", "Superb", "Lumo"),
)
TEMPLATES = (
    "{} is late again and nobody answers",
    "I love {}, best support ever!",
    "so happy with my new {} phone 😍",
    "@{} when does the store open on monday?",
    "#{} broke after two days, never again",
    "Thanks {} for nothing",
    "they say {} opens a shop in Leeds",
)


@pytest.fixture(scope="module")
def model():
    return loading.load(shipped.find("fast@1"))


def share(model, texts, name):
    codes = label_codes(model.predict(texts, [(name,)] * len(texts)), model.thresholds)
    return 100 * (codes == 1).mean()


def as_written(template, name):
    return template.format(name.replace(" ", "") if template[0] in "@#" else name)


def test_the_same_comment_under_any_name_has_one_score(model):
    assert len(NAMES) == 20
    for template in TEMPLATES:
        texts = [as_written(template, name) for name in NAMES]
        answered = model.predict(texts, [(name,) for name in NAMES])
        assert len(set(answered.p_positive.tolist())) == 1, template


@needs("twitter_entity.parquet")
def test_twenty_names_change_the_positive_share_of_real_comments_by_half_a_point_at_most(model):
    data = labelled.read(SHARED / "twitter_entity.parquet").part("train")
    named = [
        (text, brand)
        for text, brand in zip(data.texts, data.brands, strict=True)
        if re.search(rf"(?<!\w){re.escape(brand)}(?!\w)", text)
    ][::10]
    assert len(named) > 1_000
    shares = []
    for name in NAMES:
        texts = [re.sub(rf"(?<!\w){re.escape(brand)}(?!\w)", name, text) for text, brand in named]
        shares.append(share(model, texts, name))
    assert np.ptp(shares) <= 0.5, dict(zip(NAMES, shares, strict=True))
