import pytest

from model_store import masking, wordpieces
from model_store.wordpieces import WordPieces
from tests.model_store import odd

MARKS = ["[PAD]", "[UNK]", "[MASK]"]
PIECES = [*MARKS, "good", "bad", "##ly", "face", "with", "tears", "of", "joy", "http", "@", "user", "!"]


@pytest.fixture(scope="module")
def pieces():
    return WordPieces(PIECES)


def cut(pieces, text):
    return [PIECES[number] for number in pieces.encode([text])[0]]


def test_a_word_is_cut_into_the_longest_pieces_and_lower_cased(pieces):
    assert cut(pieces, "Badly GOOD!") == ["bad", "##ly", "good", "!"]
    assert cut(pieces, "goodness") == ["[UNK]"]


def test_a_masked_brand_is_the_mask_and_a_mask_that_somebody_wrote_is_none(pieces):
    assert cut(pieces, f"good {masking.PLACEHOLDER}") == ["good", "[MASK]"]
    assert "[MASK]" not in cut(pieces, "good [MASK]")


def test_an_emoji_is_its_name_once_however_often_it_stands_there(pieces):
    assert cut(pieces, "good😂😂😂") == ["good", "face", "with", "tears", "of", "joy"]


def test_links_and_handles_are_one_word_each():
    assert wordpieces.plain("see https://t.co/aB3 @bob_1 www.x.org/y") == "see http @user http"
    assert wordpieces.plain("me@bob.org") == "me@bob.org"


def test_letters_and_marks_come_at_most_twice_in_a_row_and_digits_as_often_as_they_stand():
    assert wordpieces.plain("sooooo good!!!!! 1000") == "soo good!! 1000"


def test_entities_of_html_are_what_they_stand_for():
    assert wordpieces.plain("Q&amp;A &lt;3") == "Q&A <3"


def test_signs_that_only_colour_or_join_emoji_are_left_out():
    assert wordpieces.plain("👍🏽").split() == ["thumbs", "up", "sign"]
    assert wordpieces.plain("❤️").split() == ["heavy", "black", "heart"]
    assert not wordpieces.plain("🇺🇸").strip()


@pytest.mark.parametrize("text", ["", "  ", "@bob https://t.co/aB3", masking.PLACEHOLDER, "!!! ..."])
def test_a_text_without_word_or_emoji_holds_none(pieces, text):
    assert pieces.hold_words(pieces.encode([text])).tolist() == [False]


def test_no_text_is_too_odd_to_be_cut(pieces):
    texts = [*odd.texts(300), "\ud83d", "good \udc00", "\0", "a" * 100_000]
    assert len(pieces.encode(texts)) == len(texts)


@pytest.mark.parametrize("text", ["good", "😂", f"{masking.PLACEHOLDER} bad"])
def test_a_text_with_a_word_or_an_emoji_holds_one(pieces, text):
    assert pieces.hold_words(pieces.encode([text])).tolist() == [True]
