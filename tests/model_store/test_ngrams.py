import pytest

from model_store import ngrams, runtime
from model_store.hashes import hashed
from model_store.ngrams import HANDLE, MARK, SIGN, WORD


def encoded(texts):
    runtime.start()
    import tensorflow as tf

    return tf.constant([text.encode(errors="replace") for text in texts], tf.string)


def words(*texts):
    """The tokens of each text, as they are written."""
    given = encoded(texts)
    found = ngrams.tokens(given)
    written = ngrams.joined(ngrams.changed(given)).numpy()
    cut = [[] for _ in texts]
    for text, (begin, end) in zip(found.texts.numpy(), found.places.numpy(), strict=True):
        cut[text].append(written[begin:end].decode())
    return cut


def hashes(text):
    return ngrams.tokens(encoded([text])).hashes.numpy().tolist()


def runs_of(text, bits):
    found = ngrams.tokens(encoded([text]))
    return ngrams.runs(found.hashes, found.texts, bits)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Well, I don't know...", ["Well", ",", "I", "don't", "know", "..."]),
        ("'so called' rock'n'roll", ["'", "so", "called", "'", "rock'n'roll"]),
        ("great :) not :-(", ["great", ":", ")", "not", ":", "-", "("]),
        ("love😍😍it", ["love", "😍", "😍", "it"]),
        ("très café\u00a0noir", ["très", "café", "\u00a0", "noir"]),
        ("C++ costs 5€, 10/10", ["C", "++", "costs", "5", "€", ",", "10", "/", "10"]),
        ("  \t\n", []),
        ("", []),
    ],
)
def test_words_runs_of_a_mark_and_signs_are_tokens(text, expected):
    assert words(text) == [expected]


def test_tokens_of_neighbouring_texts_stay_apart():
    assert words("good", "bad", "", "!", "?") == [["good"], ["bad"], [], ["!"], ["?"]]


def test_no_text_gives_no_token():
    assert words() == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GREAT", "great"),
        ("don\u2019t", "don't"),
        ("soooo", "sooooooooo"),
        ("!!!!", "!!!!!!!!"),
        ("@lumo", "@acme_help"),
        ("see https://a.example/x?y", "see www.b.example"),
        ("❤️", "❤"),
    ],
)
def test_what_is_written_in_two_ways_is_one_token(one, other):
    assert hashes(one) == hashes(other)


@pytest.mark.parametrize(
    ("one", "other"), [("so", "sooo"), ("!", "!!!"), ("ab", "ba"), ("lumo", "@lumo"), ("😀", "😁")]
)
def test_what_differs_has_another_hash(one, other):
    assert hashes(one)[-1] != hashes(other)[-1]


@pytest.mark.parametrize("character", ["é", "你", "😀"])
def test_a_character_of_several_bytes_is_of_one_kind(character):
    assert words(f"a{character}b", f"'{character}'", character * 2) in (
        [[f"a{character}b"], ["'", character, "'"], [character * 2]],
        [["a", character, "b"], ["'", character, "'"], [character, character]],
    )


def test_the_kind_of_each_token_is_known():
    found = ngrams.tokens(encoded(["@lumo great ! 🔥"]))
    assert found.kinds.numpy().tolist() == [MARK, HANDLE, WORD, MARK, SIGN]


def test_runs_of_tokens_end_with_their_text():
    found = ngrams.tokens(encoded(["a b c", "d", "e f"]))
    there = [run.there.numpy().astype(int).tolist() for run in ngrams.runs(found.hashes, found.texts, 10)]
    assert there == [[1, 1, 1, 1, 1, 1], [1, 1, 0, 0, 1, 0], [1, 0, 0, 0, 0, 0]]


def test_the_order_of_words_makes_another_run():
    one, other = (runs_of(text, 20)[1].buckets.numpy()[0] for text in ("a b", "b a"))
    assert one != other


def buckets_of_characters(text):
    runs = ngrams.characters(ngrams.tokens(encoded([text])), 20)
    return [sorted(run.buckets.numpy()[run.there.numpy()].tolist()) for run in runs]


@pytest.mark.parametrize(
    ("text", "counts"), [("a", [1, 0, 0]), ("ab", [2, 1, 0]), ("abcd", [4, 3, 2]), ("😀", [4, 3, 2])]
)
def test_a_token_has_runs_of_characters_with_its_edges(text, counts):
    assert [len(found) for found in buckets_of_characters(text)] == counts


def test_runs_of_characters_do_not_depend_on_what_stands_beside_the_token():
    alone, beside = buckets_of_characters("good"), buckets_of_characters("(good)!")
    marks = buckets_of_characters("( ) !")
    assert [sorted(one + two) for one, two in zip(alone, marks, strict=True)] == beside


def test_a_handle_has_no_runs_of_characters():
    assert buckets_of_characters("@lumo") == buckets_of_characters("@")


def test_the_hash_of_a_word_is_known_without_a_graph():
    for word in ("qxbrandxq", "a", "ab" * 50):
        assert hashes(word) == [hashed(word)]


def test_hashes_do_not_change():
    # Every trained table is read by them.
    assert hashes("great 😍") == [5782792009700586731, -3053616818454838068]
    runs = runs_of("not a great film", 21)
    assert [run.buckets.numpy()[0] for run in runs] == [1_390_992, 1_706_993, 2_021_471]
    assert buckets_of_characters("film")[0] == [28_819, 426_173, 514_746, 724_278]
