import csv
import sys
from pathlib import Path

import numpy as np
import pytest
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from model_store import vader
from model_store.prediction import label_codes
from model_store.training import answers, evaluation, labelled
from settings import errors


@pytest.fixture(scope="module")
def model():
    return vader.Vader()


def test_vaders_own_thresholds_make_the_label(model):
    answered = vader.ranked(np.array([0.05, 0.0499, 0.0, -0.0499, -0.05, 1.0, -1.0]))
    assert label_codes(answered, model.thresholds).tolist() == [1, 0, 0, 0, -1, 1, -1]


def test_the_labels_of_real_comments_are_those_that_vader_gives(model):
    with (Path(__file__).parents[2] / "examples" / "youtube.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["textOriginal"] for row in csv.DictReader(file)]
    analyzer = SentimentIntensityAnalyzer()
    compound = np.array([analyzer.polarity_scores(text)["compound"] for text in texts])
    expected = np.where(compound >= 0.05, 1, np.where(compound <= -0.05, -1, 0))
    assert set(expected) == {-1, 0, 1}
    answered = model.predict(texts, [()] * len(texts))
    assert label_codes(answered, model.thresholds).tolist() == expected.tolist()


def test_praise_blame_and_neither_are_told_apart(model):
    texts = ["I love it, wonderful!", "The worst, I hate it.", "It is a lamp.", "", "xyzzyq"]
    answered = model.predict(texts, [()] * 5)
    assert label_codes(answered, model.thresholds).tolist() == [1, -1, 0, 0, 0]
    assert set(answered.skip_reason) == {None}


def test_nothing_is_masked(model):
    plain, named = (model.predict(["Wonderful is a brand"], [brand]).p_positive[0] for brand in ((), ("Wonderful",)))
    assert plain == named > 0.525


def test_its_scores_are_no_probabilities_and_have_no_calibration_error(model):
    texts = ["I love it", "I hate it"] * 20
    data = labelled.assemble("x", "", text=texts, sentiment=["positive", "negative"] * 20)
    found = evaluation.evaluate(model, data)
    assert (found["accuracy"], found["auc"]) == (1.0, 1.0)
    assert (found["calibration_error"], found["calibration_classes"]) == (None, None)
    assert not answers.ask(model, data).probable


def test_where_it_is_not_installed_one_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "vaderSentiment.vaderSentiment", None)
    with pytest.raises(errors.NotFound, match="pip install vaderSentiment"):
        vader.Vader()
