import numpy as np
import pytest
from py3langid import langid

from model_store.identifying import LONGEST, identifier
from tests.model_store import odd
from tests.model_store.test_language import ENGLISH, FOREIGN

ODD = odd.texts(300)


@pytest.fixture(scope="module")
def package():
    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)


@pytest.mark.parametrize("texts", [FOREIGN, ENGLISH, ODD, [text.lower() for text in ODD]], ids=len)
def test_together_texts_are_in_the_languages_that_the_package_names_for_each(package, texts):
    texts = [text for text in texts if not text.isupper()]
    expected = [package.classify(text) for text in texts]
    said = identifier().identify(texts)
    assert [language for language, _ in said] == [language for language, _ in expected]
    assert np.allclose([chance for _, chance in said], [chance for _, chance in expected], atol=1e-5)


def test_a_text_of_more_bytes_is_identified_among_others(package):
    texts = ["nie wieder", "der Kundendienst ist eine Katastrophe " * 20, "no funciona"]
    assert len(texts[1]) > LONGEST
    assert [language for language, _ in identifier().identify(texts)] == [package.classify(text)[0] for text in texts]


def test_of_no_text_no_language_is_named():
    assert identifier().identify([]) == []


def test_a_text_without_a_letter_is_hardly_in_any_language():
    [(_, chance)] = identifier().identify([""])
    assert chance < 0.05
