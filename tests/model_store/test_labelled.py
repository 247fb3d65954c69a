import hashlib

import pyarrow as pa
import pyarrow.parquet
import pytest

from model_store.training import labelled
from settings import errors


def written(tmp_path, content, name="data.csv"):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    return path


def test_a_csv_file_with_the_usual_names_is_read(tmp_path):
    path = written(
        tmp_path,
        '\ufeffid,Text,Sentiment,split,brand,Platform\n1,"good, very\nso",positive,train,Acme,x\n2,bad,NEG,test,,\n',
    )
    data = labelled.read(path)
    assert data.texts == ["good, very\nso", "bad"]
    assert data.labels.tolist() == [1, -1]
    assert (data.splits, data.brands, data.sources) == (["train", "test"], ["Acme", ""], ["x", ""])
    assert data.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_parquet_file_is_read(tmp_path):
    path = tmp_path / "data.parquet"
    pyarrow.parquet.write_table(pa.table({"review": ["good", "meh"], "label": [1, 0], "stars": [5, 3]}), path)
    data = labelled.read(path)
    assert data.texts == ["good", "meh"]
    assert data.labels.tolist() == [1, -1]
    assert (data.splits, data.brands) == ([], [])


def test_a_tsv_file_is_read(tmp_path):
    assert labelled.read(written(tmp_path, "text\tlabel\na, b\t0\nc\t1\n", "data.tsv")).texts == ["a, b", "c"]


def test_columns_are_mapped(tmp_path):
    path = written(tmp_path, "text,body,mood\nid1,fine,neutral\n")
    data = labelled.read(path, {"body": "text", "mood": "sentiment"})
    assert data.texts == ["fine"]
    assert data.counts() == {"negative": 0, "neutral": 1, "positive": 0}


@pytest.mark.parametrize("mapping", [{"nope": "text"}, {"body": "texts"}])
def test_a_mapping_that_names_nothing_is_refused(tmp_path, mapping):
    with pytest.raises(errors.UnknownColumn, match="its columns are body, label"):
        labelled.read(written(tmp_path, "body,label\nx,1\n"), mapping)


def test_a_missing_column_is_named_with_the_way_to_map_it(tmp_path):
    with pytest.raises(errors.UnknownColumn, match="--map COLUMN=sentiment"):
        labelled.read(written(tmp_path, "text,mood\nx,positive\n"))


@pytest.mark.parametrize(
    ("labels", "codes"),
    [
        (["positive", "Negative", " neutral "], [1, -1, 0]),
        (["pos", "neg", "neu"], [1, -1, 0]),
        (["1", "0", "1"], [1, -1, 1]),
        (["1", "0", "-1"], [1, 0, -1]),
        ([1.0, 0.0, 1.0], [1, -1, 1]),
    ],
)
def test_labels_are_words_or_numbers(labels, codes):
    assert labelled.assemble("x", "", text=["t"] * 3, sentiment=labels).labels.tolist() == codes


@pytest.mark.parametrize("labels", [["4", "0"], ["happy", "positive"], ["2", "1"], ["1", "positive"]])
def test_other_labels_are_refused_by_name(labels):
    with pytest.raises(errors.WrongInput, match="has the label"):
        labelled.assemble("x", "", text=["t", "t"], sentiment=labels)


def test_rows_without_text_or_label_are_left_out_and_counted():
    data = labelled.assemble("x", "", text=["a", None, " ", "d"], sentiment=["positive", "negative", "negative", None])
    assert (data.texts, data.ignored) == (["a"], 3)


def test_a_file_without_any_labelled_row_is_refused():
    with pytest.raises(errors.WrongInput, match="no row with both"):
        labelled.assemble("x", "", text=["a"], sentiment=[None])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('text,label\nfine,1\n"never closed,0\nmore,1\n', "unexpected end of data"),
        ("text,label\nfine,1\none,two,3\n", "line 3 has 3 values, the header 2"),
        ("text,label\nfine\n", "line 2 has 1 values, the header 2"),
    ],
)
def test_a_broken_csv_file_is_refused_rather_than_read_in_part(tmp_path, content, said):
    with pytest.raises(errors.UnreadableFile, match=said):
        labelled.read(written(tmp_path, content))


def test_a_file_in_another_encoding_is_refused_with_what_to_do(tmp_path):
    path = tmp_path / "data.csv"
    path.write_bytes("text,label\ncafé great,1\n".encode("latin-1"))
    with pytest.raises(errors.UnreadableFile, match="not UTF-8: save it as UTF-8"):
        labelled.read(path)


@pytest.mark.parametrize("name", ["missing.csv", "missing.parquet"])
def test_a_file_that_is_not_there_is_named(tmp_path, name):
    with pytest.raises(errors.UnreadableFile, match=name):
        labelled.read(tmp_path / name)


@pytest.mark.parametrize("name", ["data.parquet", "data.xlsx"])
def test_a_file_of_another_format_is_refused(tmp_path, name):
    with pytest.raises(errors.UnreadableFile, match=name):
        labelled.read(written(tmp_path, "text,label\nx,1\n", name))


def test_a_split_is_taken_and_an_unknown_one_refused_with_those_there_are():
    data = labelled.assemble(
        "x", "", text=["a", "b"], sentiment=["1", "0"], split=["train", "test"], brand=["A", "B"], source=["x", "y"]
    )
    assert data.part("test").texts == ["b"]
    assert (data.part("test").brands, data.part("test").sources) == (["B"], ["y"])
    with pytest.raises(errors.WrongInput, match="it has: test, train"):
        data.part("dev")


def test_a_column_of_empty_splits_is_none():
    with pytest.raises(errors.WrongInput, match="no column `split`"):
        labelled.assemble("x", "", text=["a"], sentiment=["1"]).part("test")
