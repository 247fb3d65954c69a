import json
from collections import Counter
from itertools import chain, pairwise

import numpy as np
import pyarrow.parquet

from model_store import masking, words
from tests.model_store.conftest import SHARED, needs


def test_words_are_lower_case_and_split_where_keras_splits_and_at_any_white_space():
    text = "It's GREAT,\ta must-see (really)!<br />\r\nDon't\u00a0miss"
    assert words.split(text) == ["it's", "great", "a", "must", "see", "really", "br", "don't", "miss"]


def test_the_most_frequent_word_gets_the_first_id_and_words_of_one_frequency_stand_by_the_alphabet():
    assert words.most_frequent(["b a c", "c d", "c b"], 100) == ["c", "b", "a", "d"]


def test_the_marks_take_four_of_the_ids():
    assert len(words.most_frequent([" ".join(f"w{i}" for i in range(200))], 100)) == 96


def test_a_masked_name_is_no_word_of_the_vocabulary():
    assert words.most_frequent([masking.PLACEHOLDER, "fine"], 100) == ["fine"]


def test_a_short_text_begins_with_the_start_mark_and_is_padded_at_its_end():
    vocabulary = words.Vocabulary(["the", "film"])
    assert vocabulary.encode(["The film, unheard of"], 8).tolist() == [[1, 4, 5, 2, 2, 0, 0, 0]]


def test_of_a_long_text_the_last_words_are_kept():
    vocabulary = words.Vocabulary(["the", "film"])
    assert vocabulary.encode(["film the the the film"], 3).tolist() == [[4, 4, 5]]


def test_ids_are_words_again():
    vocabulary = words.Vocabulary(["the", "film"])
    assert vocabulary.decode(vocabulary.encode(["the odd film"], 6)[0]) == "<start> the <unknown> film <pad> <pad>"


def test_a_text_without_a_known_word_is_found():
    vocabulary = words.Vocabulary(["the", "film"])
    assert words.without_known_word(vocabulary.encode(["qwerty", "", "a film"], 4)).tolist() == [True, True, False]


def test_no_texts_give_no_rows():
    assert words.Vocabulary(["the"]).encode([], 4).shape == (0, 4)
    assert words.without_known_word(np.empty((0, 4), np.int32)).shape == (0,)


@needs("imdb_word_index.json")
@needs("imdb.parquet")
def test_the_ranks_are_those_of_keras_but_for_ties_and_white_space():
    ranks = json.loads((SHARED / "imdb_word_index.json").read_text())
    table = pyarrow.parquet.read_table(SHARED / "imdb.parquet", columns=["text", "split"]).to_pylist()
    texts = [row["text"] for row in table if row["split"] == "train"]
    ours = words.most_frequent(texts, 10_000)
    counts = Counter(chain.from_iterable(map(words.split, texts)))
    # Keras splits at the blank alone: a control character that is white space here is a word there, and glues others.
    keras = [word for word in sorted(ranks, key=ranks.__getitem__)[: len(ours)] if word != "\x85"]
    assert ours[:20] == keras[:20]
    falling = [counts[following] - counts[word] for word, following in pairwise(keras)]
    assert max(falling) <= 5  # of up to 16,790: in Keras' order our counts fall too
    assert sum(rise > 0 for rise in falling) < 210  # and of 9,995 steps these few rise at all
    # Words that only one of the two knows are as frequent as the last one: the tie is broken in another order.
    assert {counts[word] for word in set(keras) - set(ours)} == {counts[ours[-1]]} == {31}
