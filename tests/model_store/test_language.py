import json

import pytest

from model_store import masking, shipped
from model_store.language import Languages
from model_store.training import labelled
from tests.model_store import odd
from tests.model_store.conftest import SHARED, needs

FOREIGN = [
    "Me encanta este teléfono, la batería dura todo el día",
    "no funciona y nadie contesta",
    "der Kundendienst ist eine Katastrophe",
    "nie wieder, absolut enttäuscht",
    "franchement déçu par cet achat",
    "la batteria non dura niente",
    "péssimo atendimento, não recomendo",
    "slechte service, nooit meer",
    "bardzo dobry produkt, polecam wszystkim",
    "bu ürünü çok seviyorum",
    "pelayanan sangat buruk dan lambat",
    "tôi rất thích sản phẩm này",
    "ужасный сервис, больше никогда",
    "这个手机真的很好用",
    "サービスが最悪だった",
    "이 제품 정말 좋아요",
    "هذا المنتج رائع جدا",
    "यह फोन बहुत अच्छा है",
    "υπέροχο προϊόν, το συνιστώ",
]
ENGLISH = [
    "lol",
    "omg yesss queen slay",
    "nah fam its mid af",
    "gr8 phone m8",
    "W update",
    "tbh idk why ppl hate it",
    "dis app b trippin fr fr no cap",
    "Shakira 💃🔥🔥",
    "😂😂😂",
    "Taco Bell quesadilla crunchwrap supreme",
    "pls fix ur app, keeps crashing",
    "BTS Jungkook Taehyung Jimin",
    "AirPods Max Pro 2 vs Sony WH-1000XM5",
    "@lumo_help https://t.co/abc #refund",
    "qxbrandxq",
    "...",
    "",
]


@pytest.fixture(scope="module")
def english():
    words = (shipped.find(shipped.DEFAULT).folder / "words.json").read_bytes()
    return Languages(["en"], json.loads(words))


@pytest.mark.parametrize("text", FOREIGN)
def test_a_text_in_another_language_is_foreign(english, text):
    assert english.foreign([text]).tolist() == [True]


@pytest.mark.parametrize("text", ENGLISH)
def test_short_english_with_slang_names_or_emoji_is_not(english, text):
    assert english.foreign([text]).tolist() == [False]


def test_what_is_foreign_depends_on_the_languages_of_the_version():
    german = Languages(["de"], ["der", "und", "ist", "nicht", "ich"])
    assert german.foreign(
        ["der Kundendienst ist eine Katastrophe", "I never want to see that film again"]
    ).tolist() == [
        False,
        True,
    ]


def test_a_name_alone_in_another_alphabet_says_nothing(english):
    assert english.foreign(["I met Ян yesterday"]).tolist() == [False]


def test_texts_are_judged_together_as_each_by_itself(english):
    texts = [*FOREIGN, *ENGLISH, *odd.texts(300)]
    assert english.foreign(texts).tolist() == [english.foreign([text])[0] for text in texts]
    assert english.foreign([]).tolist() == []


@pytest.mark.parametrize("blank", ["\u3000", "\u00a0", "\u2028", "\x1c"])
def test_whatever_blank_separates_words_they_are_counted(english, blank):
    german = "Kundendienst ist eine Katastrophe nie wieder absolut enttäuscht von euch".replace(" ", blank)
    assert english.foreign([f"this {german}"]).tolist() == [True]


def test_words_beyond_the_first_characters_settle_nothing_at_first(english):
    long = "Donaudampfschifffahrtsgesellschaftskapitän " * 7
    polish = "bardzo dobry produkt polecam wszystkim " * 10
    assert english.foreign([long + "this good phone works very well today " + polish]).tolist() == [True]


def test_a_word_counts_in_any_case(english):
    assert english.foreign(["THIS phone WORKS VERY Well", "\u212aeep it"]).tolist() == [False, False]


@pytest.mark.parametrize(
    "name",
    [
        "tweeteval_sentiment",
        "semeval2017_task4a",
        "sentiment140_100k",
        "twitter_entity",
        "crowdflower_product_brands",
        "amazon_alexa",
    ],
)
@needs("tweeteval_sentiment.parquet")
def test_of_english_comments_at_most_one_in_a_hundred_is_foreign(english, name):
    data = labelled.read(SHARED / f"{name}.parquet")
    texts = masking.mask(data.texts, [(brand,) for brand in data.brands]) if data.brands else data.texts
    assert english.foreign(texts).mean() <= 0.01
