import pytest

from model_store import masking
from model_store.masking import PLACEHOLDER


def masked(text, *names):
    return masking.mask([text], [names])[0]


@pytest.mark.parametrize(
    "written", ["United", "united", "UNITED", "@united", "#United", "##united"], ids=lambda form: form
)
def test_every_form_of_the_name_is_replaced(written):
    assert masked(f"I flew {written} today", "United") == f"I flew {PLACEHOLDER} today"


@pytest.mark.parametrize("text", ["reunited at last", "unitedly", "@unitedfans", "united_we_stand", "the unite"])
def test_parts_of_words_stay(text):
    assert masked(text, "United") == text


def test_punctuation_around_the_name_stays():
    assert masked("(United's fault!) -United-", "United") == f"({PLACEHOLDER}'s fault!) -{PLACEHOLDER}-"


def test_a_name_of_several_words_is_found_with_any_blanks_and_as_one_word():
    text = "Delta  Air\nLines, #deltaairlines and Delta"
    assert masked(text, "Delta Air Lines") == f"{PLACEHOLDER}, {PLACEHOLDER} and Delta"


def test_the_longest_name_goes_first():
    assert masked("Delta Air is Delta", "Delta", "Delta Air") == f"{PLACEHOLDER} is {PLACEHOLDER}"


def test_handles_are_masked_with_or_without_their_mark():
    assert masked("hey @lumo_help and lumo_help", "Lumo", "@lumo_help") == f"hey {PLACEHOLDER} and {PLACEHOLDER}"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("C++", "I like C++ a lot"),
        ("H&M", "H&M again"),
        ("Yahoo!", "yahoo is down"),
        ("Yahoo!", "Yahoo! is down"),
        ("Müller", "MÜLLER milk"),
        ("可口可乐", "喝 可口可乐 吧"),
    ],
)
def test_names_with_marks_and_of_other_alphabets_are_found(name, text):
    assert PLACEHOLDER in masked(text, name)
    assert name.strip("!").lower() not in masked(text, name).lower().replace("i like", "")


@pytest.mark.parametrize("names", [(), ("",), ("  ",), ("unknown",), ("Unknown",), ("@",)])
def test_no_name_masks_nothing(names):
    text = "The unknown soldier @ home"
    assert masked(text, *names) == text


def test_each_text_is_masked_by_its_own_brand():
    assert masking.mask(["Lumo Acme", "Lumo Acme"], [("Lumo",), ("Acme",)]) == [
        f"{PLACEHOLDER} Acme",
        f"Lumo {PLACEHOLDER}",
    ]


def test_the_same_text_under_any_name_is_one_text():
    texts = {
        masked(f"{name} was late, #{name.replace(' ', '')} never again", name)
        for name in ("Best", "Shell", "Great Wall", "Hate")
    }
    assert texts == {f"{PLACEHOLDER} was late, {PLACEHOLDER} never again"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I love Love, @love and #LOVE", f"I love {PLACEHOLDER}, {PLACEHOLDER} and {PLACEHOLDER}"),
        ("in love", "in love"),
        ("LOVE it", "LOVE it"),
    ],
)
def test_a_name_that_is_a_word_of_praise_is_found_as_the_brand_writes_it(text, expected):
    assert masked(text, "Love") == expected


def test_a_name_of_several_words_is_found_in_any_case_though_one_of_them_praises():
    assert masked("best buy is not the best", "Best Buy") == f"{PLACEHOLDER} is not the best"
