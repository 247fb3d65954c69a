import pytest

from reporting import sentences


@pytest.mark.parametrize(
    ("thresholds", "said"),
    [
        ({"negative": 0.0, "neutral": 0.0, "positive": 0.0}, "the likeliest of the three"),
        ({"negative": 0.38, "positive": 0.44}, "by the thresholds negative 0.38, positive 0.44"),
        ({"neutral": 0.5, "positive": 0.4}, "by the thresholds neutral 0.5, positive 0.4"),
        ({"negative": 0.0, "positive": 0.0}, "by the thresholds negative 0.0, positive 0.0"),
        (None, ""),
    ],
)
def test_a_report_says_how_probabilities_became_labels(thresholds, said):
    assert sentences.decided({"thresholds": thresholds}) == said
