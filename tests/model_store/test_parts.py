import pytest

from model_store.training import labelled, parts
from settings import errors
from tests.model_store.conftest import reviews


def assembled(count, name="own.csv", seed=0, **columns):
    texts, sentiments = reviews(count, seed)
    return labelled.assemble(name, name, text=texts, sentiment=sentiments, **columns)


def cut(*data, **options):
    return parts.cut(data, **{"validation": 0.3, **options})


def rows(sets):
    return sum(len(one.texts) for one in sets)


def test_the_official_splits_are_used(data):
    made = cut(data)
    assert (rows(made.train), rows(made.validation), rows(made.test)) == (210, 90, 100)


@pytest.mark.parametrize("word", ["validation", "val", "valid", "Dev"])
def test_an_official_validation_part_is_used_whatever_it_is_called(word):
    splits = ["train", "train", word, word, "test", "test"] * 50
    made = cut(assembled(300, split=splits))
    assert (rows(made.train), rows(made.validation), rows(made.test)) == (100, 100, 100)


def test_a_file_without_splits_gives_a_fifth_to_the_test_the_same_one_every_time():
    made, again = (cut(assembled(200)) for _ in range(2))
    assert parts.counts(made.test) == {"negative": 20, "neutral": 0, "positive": 20}
    assert made.test[0].texts == again.test[0].texts
    assert rows(made.train) + rows(made.validation) == 160


def test_a_file_whose_split_says_all_has_none():
    assert rows(cut(assembled(200, split=["all"] * 200)).test) == 40


def test_no_row_is_in_two_parts_and_none_is_lost():
    data = assembled(200)
    made = cut(data)
    assert sorted(text for part in made for one in part for text in one.texts) == sorted(data.texts)


def test_of_several_files_those_with_a_test_part_judge():
    judging = assembled(100, "b.csv", seed=1, split=["test"] * 60 + ["train"] * 40)
    made = cut(assembled(200, "a.csv"), judging)
    assert [one.name for one in made.test] == ["b.csv"]
    assert [one.name for one in made.train] == [one.name for one in made.validation] == ["a.csv", "b.csv"]


def test_files_labelled_by_other_hands_are_only_trained_on():
    also = assembled(90, "noisy.csv", seed=2, split=["train", "validation", "test"] * 30)
    made = cut(assembled(200), also=[also])
    assert [(one.name, len(one.texts)) for one in made.also] == [("noisy.csv", 30)]
    assert {one.name for part in (made.train, made.validation, made.test) for one in part} == {"own.csv"}


@pytest.mark.parametrize("filled", ["x17", True, "True", 1, "yes"])
def test_rows_with_a_filled_column_are_dropped_and_counted(filled):
    leaks = [filled if i < 40 else nothing for i, nothing in enumerate(["", None, False, 0, "0", "false"] * 40)]
    made = cut(assembled(240, others={"leak": leaks}), drop=["leak"])
    assert sum(map(rows, made)) == 200
    assert {one.dropped for part in made for one in part} == {40}


def test_a_column_to_drop_by_may_stand_in_one_of_the_files_but_has_to_stand_somewhere():
    with_column, without = assembled(200, "a.csv", others={"leak": [""] * 200}), assembled(200, "b.csv")
    assert sum(map(rows, cut(with_column, without, drop=["leak"]))) == 400
    with pytest.raises(errors.UnknownColumn, match=r"--drop leek.*a\.csv, b\.csv"):
        cut(with_column, without, drop=["leek"])


def test_neutral_rows_are_kept_and_can_be_left_out():
    texts, sentiments = reviews(200)
    made = cut(labelled.assemble("x", "", text=[*texts, "so so"], sentiment=[*sentiments, "neutral"]))
    assert made.neutral() == 1
    assert made.polar().neutral() == 0
    assert sum(map(rows, made.polar())) == 200


@pytest.mark.parametrize("count", [20, 60])
def test_too_few_rows_are_refused_with_their_number(count):
    with pytest.raises(errors.WrongInput, match="at least 20 of each"):
        cut(assembled(count))


def test_a_file_of_a_single_label_is_refused():
    data = labelled.assemble("x.csv", "", text=["fine"] * 300, sentiment=["positive"] * 300)
    with pytest.raises(errors.WrongInput, match=r"x\.csv has 0 negative and 60 positive rows to test"):
        cut(data)
