import json
import random

import numpy as np
import pytest

from model_store import loading, tables
from model_store.recipes import fast
from model_store.training import fast as training
from model_store.training import labelled, parts, version
from model_store.training.trainers import Base
from tests.model_store.conftest import BAD, GOOD, OTHER

OPTIONS = fast.Options(iterations=8)
NEUTRAL = ["today", "tomorrow", "station", "opens", "monday", "page", "list", "street"]


def comments(count, seed=0, words=(4, 12)):
    """Short texts and their labels, a third each."""
    drawn = random.Random(seed)
    texts, sentiments = [], []
    for i in range(count):
        label, telling = (("positive", GOOD), ("negative", BAD), ("neutral", NEUTRAL))[i % 3]
        length = drawn.randint(*words)
        texts.append(" ".join(drawn.choice(telling if drawn.random() < 0.4 else OTHER) for _ in range(length)))
        sentiments.append(label)
    return texts, sentiments


def file(texts, sentiments, name="comments.csv"):
    return labelled.assemble(name, "0" * 64, text=texts, sentiment=sentiments)


@pytest.fixture(scope="module", autouse=True)
def small_tables():
    """So small that a training takes a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fast, "RUN_BITS", 16)
        patch.setattr(fast, "LONG_BITS", 16)
        patch.setattr(fast, "CHARACTER_BITS", 15)
        yield


@pytest.fixture(scope="module")
def made():
    short, long = comments(900), comments(600, seed=1, words=(60, 90))
    return parts.cut([file(*short), file(*long, name="long.csv")], validation=fast.VALIDATION)


@pytest.fixture(scope="module")
def trained(made):
    return training.train(made, OPTIONS)


@pytest.fixture(scope="module")
def card(trained):
    return {"recipe": "fast", **trained.card}


@pytest.fixture(scope="module")
def model(card, trained):
    return loading.serve(card, trained.contents)


def predict(model, texts):
    return model.predict(texts, [()] * len(texts))


def labels(model, texts):
    from model_store.prediction import label_codes

    return label_codes(predict(model, texts), model.thresholds)


@pytest.mark.parametrize("words", [(4, 12), (60, 90)], ids=["short", "long"])
def test_it_tells_three_labels_apart_in_short_and_in_long_texts(model, words):
    texts, sentiments = comments(300, seed=7, words=words)
    expected = np.array([{"positive": 1, "negative": -1, "neutral": 0}[one] for one in sentiments])
    assert (labels(model, texts) == expected).mean() > 0.8


def test_the_three_probabilities_add_up_to_one(model):
    answered = predict(model, ["a wonderful film", "an awful film", "the station opens monday"])
    neutral = 1 - answered.p_negative - answered.p_positive
    assert (neutral > 0).all()
    assert answered.p_negative.dtype == answered.p_positive.dtype == np.float32


def test_a_score_does_not_depend_on_its_neighbours(model):
    texts, _ = comments(60, seed=3)
    texts += comments(6, seed=4, words=(60, 90))[0] + ["a", "😀", "plot!"]
    together = predict(model, texts)
    alone = [predict(model, [text]) for text in texts]
    for side in ("p_negative", "p_positive"):
        np.testing.assert_array_equal(getattr(together, side), [getattr(one, side)[0] for one in alone])


@pytest.mark.parametrize("text", ["", "   ", "...", "!!!", "\ud83d", "https://example.com/great", "@wonderful @great"])
def test_a_text_without_word_or_sign_is_skipped(model, text):
    answered = predict(model, ["wonderful", text])
    assert answered.skip_reason.tolist() == [None, "no_known_word"]
    assert np.isnan(answered.p_positive[1])


@pytest.mark.parametrize("text", ["😍", "❤️", "👍🏽👍🏽", "🔥🔥🔥🔥🔥🔥🔥"])
def test_an_emoji_alone_is_a_word(model, text):
    answered = predict(model, [text])
    assert answered.skip_reason.tolist() == [None]
    assert answered.p_positive[0] > answered.p_negative[0]


def test_handles_addresses_and_the_form_of_words_do_not_matter(model):
    same = ["@one I don't like http://a.b/c soooo", "@two I DON\u2019T LIKE www.wonderful.com soooooooo"]
    answered = predict(model, same)
    assert answered.p_positive[0] == answered.p_positive[1]


def test_no_texts_give_no_scores(model):
    assert [len(array) for array in predict(model, [])] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "text",
    [
        "a wonderful, wonderful film 😍 but the plot was dull!!!",
        "Plot",
        " ".join(comments(1, words=(90, 90))[0]),
        "@a film @c",
    ],
    ids=["short", "one word", "long", "handles"],
)
def test_an_explanation_adds_up_to_the_logit_of_the_score(model, text):
    (found,) = model.explain([text], [()])
    answered = predict(model, [text])
    assert found.exact
    assert found.bias + sum(part.logit for part in found.parts) == pytest.approx(found.logit)
    assert found.logit == pytest.approx(np.log(answered.p_positive[0] / answered.p_negative[0]), abs=1e-4)


def test_an_explanation_names_words_and_runs_of_words_as_they_are_read(model):
    (found,) = model.explain(["Wonderful film AWFUL plot"], [()])
    logits = {part.words: part.logit for part in found.parts}
    assert logits["wonderful"] > 0 > logits["awful"]
    assert {"wonderful film", "film awful"} <= logits.keys()


def test_training_twice_gives_the_same_files(made, trained):
    again = training.train(made, OPTIONS)
    assert again.contents == trained.contents
    assert again.card == trained.card


def test_without_neutral_rows_no_text_is_neutral(made):
    model = training.train(made.polar(), OPTIONS)
    assert model.card["thresholds"] == {"negative": 0.5, "positive": 0.5}
    answered = predict(loading.serve({"recipe": "fast", **model.card}, model.contents), ["a lovely film", "dull"])
    assert answered.p_negative + answered.p_positive == pytest.approx(1)


def test_a_user_goes_on_from_a_version(trained, card):
    texts, sentiments = comments(300, seed=5)
    texts = [text.replace("film", "grok" if one == "negative" else "film") for text, one in zip(texts, sentiments)]  # noqa: B905
    more = parts.cut([file(texts, sentiments)], validation=fast.VALIDATION)
    gone_on = training.train(more, OPTIONS, Base("fast@1", card, trained.contents))
    before, after = (loading.serve({"recipe": "fast", **one.card}, one.contents) for one in (trained, gone_on))
    assert predict(after, ["grok"]).p_positive[0] < predict(before, ["grok"]).p_positive[0]
    tests = comments(300, seed=7)[0]
    assert (labels(after, tests) == labels(before, tests)).mean() > 0.9


def test_texts_of_one_kind_alone_train_a_model_for_both():
    only = parts.cut([file(*comments(600))], validation=fast.VALIDATION)
    found = training.train(only, OPTIONS)
    model = loading.serve({"recipe": "fast", **found.card}, found.contents)
    long, sentiments = comments(60, seed=9, words=(60, 90))
    answered = predict(model, long)
    told = [
        (p > n) == (one == "positive")
        for p, n, one in zip(*answered[1::-1], sentiments, strict=True)
        if one != "neutral"
    ]
    assert np.mean(told) > 0.8


def test_weights_are_kept_to_a_hundredth_of_the_largest_and_small_ones_do_not_vanish():
    weights = np.array([[3.0, -0.5], [0.01, 0.0], [-0.003, 0.25]])
    zeros = {name: np.zeros((2, 2)) for name in ("characters", "long_runs")}
    kept = tables.rounded(runs=weights, **zeros).weights("runs")
    assert kept == pytest.approx(weights, abs=0.03)
    assert kept[1, 0] == pytest.approx(0.01, rel=0.2)


def test_a_version_is_written_and_described(tmp_path, made, trained):
    written = version.save(tmp_path / "fast" / "1", made, trained, name="fast", number=1, recipe="fast")
    people = (written.folder / "MODEL_CARD.md").read_text()
    assert "n-grams" in people
    assert json.loads((written.folder / "card.json").read_text())["metrics"]["test_macro_recall"] > 0.8
