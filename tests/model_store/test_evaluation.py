import numpy as np
import pytest

from model_store import loading
from model_store.training import answers, evaluation, labelled
from tests.model_store.answering import HALVES, by_sides, predicted
from tests.words import WordModel


def figures(truth, *pairs):
    return evaluation.figures(np.array(truth, np.int8), predicted(*pairs), HALVES)


def texts_of(count):
    return labelled.assemble("x", "", text=["t"] * count, sentiment=["1"] * count)


def test_two_classes_are_judged_by_the_larger_side():
    found = figures([1, 1, -1, -1], (0.2, 0.8), (0.45, 0.4), (0.9, 0.1), (0.4, 0.3))
    assert found["n"] == {"positive": 2, "negative": 2}
    assert found["accuracy"] == 0.75
    assert found["macro_f1"] == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert found["auc"] == 1.0
    assert found["macro_recall"] is None


def test_neutral_rows_count_in_the_macro_averaged_recall_alone():
    found = figures([1, -1, 0, 0], (0.2, 0.8), (0.9, 0.1), (0.3, 0.3), (0.1, 0.9))
    assert (found["accuracy"], found["auc"]) == (1.0, 1.0)
    assert found["n"] == {"positive": 1, "negative": 1}
    assert found["macro_recall"] == pytest.approx((1 + 1 + 0.5) / 3)
    assert found["confusion"]["neutral"] == {"negative": 0, "neutral": 1, "positive": 1, "skipped": 0}


def test_a_skipped_row_is_a_wrong_answer():
    found = figures([1, 1, -1, -1], (0.2, 0.8), None, (0.9, 0.1), (0.8, 0.2))
    assert found["accuracy"] == 0.75
    assert found["macro_f1"] == pytest.approx((2 / 3 + 1) / 2)
    assert found["skipped"] == 1
    assert found["auc"] == 1.0
    assert found["confusion"]["positive"] == {"negative": 0, "neutral": 0, "positive": 1, "skipped": 1}


def test_a_set_of_one_class_has_no_auc():
    found = figures([1, 1], (0.2, 0.8), (0.9, 0.1))
    assert (found["accuracy"], found["macro_f1"], found["auc"]) == (0.5, None, None)


def test_a_set_of_neutral_rows_alone_has_no_accuracy():
    found = figures([0, 0], (0.2, 0.8), (0.3, 0.3))
    assert (found["accuracy"], found["auc"]) == (None, None)
    assert found["n"] == {"positive": 0, "negative": 0}


def test_a_set_that_is_skipped_throughout_is_undecided():
    found = figures([1, -1], None, None)
    assert (found["accuracy"], found["auc"], found["skipped"]) == (0.0, 0.5, 2)


def test_a_set_without_one_of_the_three_classes_has_no_macro_averaged_recall():
    assert figures([1, 0], (0.2, 0.8), (0.3, 0.3))["macro_recall"] is None
    assert figures([1, -1], (0.2, 0.8), (0.9, 0.1))["macro_recall"] is None


def test_the_share_that_is_counted_stands_beside_the_one_that_people_say():
    found = figures([1, 0, -1, -1], (0.2, 0.8), (0.3, 0.7), (0.9, 0.1), None)
    assert (found["rows"], found["true_positive_share"]) == (4, 0.25)
    assert found["counted_positive_share"] == pytest.approx(2 / 3)
    assert found["difference"] == pytest.approx(2 / 3 - 1 / 4)


def test_every_figure_that_is_defined_has_its_interval_around_it():
    rows = by_sides([1, -1, 0] * 40, [1, 1, 1, -1, -1, -1] * 20)
    found = evaluation.judge({"one": rows}, texts_of(120))["models"][0]
    assert found["draws"] == 1_000
    for name in ("accuracy", "macro_f1", "auc", "macro_recall"):
        low, high = found["intervals"][name]
        assert low < found[name] < high


def test_what_the_set_does_not_define_has_no_interval():
    found = evaluation.judge({"one": by_sides([1] * 40, [1, -1] * 20)}, texts_of(40))["models"][0]
    assert found["intervals"]["accuracy"] is not None
    assert {found["intervals"][name] for name in ("macro_f1", "auc", "macro_recall")} == {None}


def test_the_texts_are_asked_a_chunk_at_a_time_and_all_of_them_once():
    model, done = WordModel(), []
    texts = [f"good {i}" if i % 2 else f"bad {i}" for i in range(25)]
    data = labelled.assemble("x", "", text=texts, sentiment=["0", "1"] * 12 + ["0"])
    found = answers.ask(model, data, done.append)
    assert model.calls[1:] == [10, 10, 5]  # the first call is not timed
    assert done == [10, 20, 25]
    assert found.sides.tolist() == data.labels.tolist()
    assert found.seconds > 0


def test_the_confusion_holds_every_row(small, data):
    found = evaluation.evaluate(loading.load(small), data.part("test"))
    assert sum(sum(row.values()) for row in found["confusion"].values()) == 100
    assert found["comments_per_second"] > 0
    assert found["accuracy"] == pytest.approx(small.card["metrics"]["test_accuracy"])


def test_the_brand_column_masks_the_brands_own_name(small):
    texts = ["Wonderful was awful dull boring", "Awful was superb lovely brilliant"]
    sentiments = ["negative", "positive"]
    rows = labelled.assemble("x", "", text=texts, sentiment=sentiments, brand=["Wonderful", "Awful"])
    bare = labelled.assemble("x", "", text=texts, sentiment=sentiments)
    masked = labelled.assemble("x", "", text=[text.split(" ", 1)[1] for text in texts], sentiment=sentiments)
    model = loading.load(small)
    confusions = [evaluation.evaluate(model, one)["confusion"] for one in (rows, bare, masked)]
    assert confusions[0] == confusions[2]
    by_name = model.predict(texts, [("Wonderful",), ("Awful",)]).p_positive
    assert by_name.tolist() != model.predict(texts, [(), ()]).p_positive.tolist()
