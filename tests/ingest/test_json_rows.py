import json

import pytest

from settings import errors


def texts(comments):
    return [comment.text for comment in comments]


ROWS = [{"id": i, "text": f'text {i} with ] and }} and "quotes"', "likes": i} for i in range(3_000)]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("wrapped", [False, True])
def test_an_array_is_read_whole(read, indent, wrapped):
    comments, rejects, source = read(json.dumps({"data": ROWS} if wrapped else ROWS, indent=indent), "rows.json")
    assert source.format == "json"
    assert (len(comments), rejects) == (3_000, [])
    assert comments[-1].external_id == "2999"


def test_a_broken_element_costs_itself(read):
    content = json.dumps(ROWS, indent=1).replace('"id": 1500,', '"id": 15"00,')
    comments, rejects, _ = read(content, "rows.json")
    assert len(comments) == 2_999
    assert [(reject.record, reject.code) for reject in rejects] == [(1501, "json")]


def test_a_truncated_array_loses_its_last_element_and_says_so(read):
    comments, rejects, _ = read(json.dumps(ROWS)[:-30], "rows.json")
    assert len(comments) == 2_999
    assert [reject.code for reject in rejects] == ["json"]


def test_ndjson_is_a_row_a_line_and_a_bad_line_costs_itself(read):
    lines = [json.dumps(row) for row in ROWS]
    lines[10] = lines[10][:20]
    lines[20] = "[1, 2]"
    lines[30] = '"just a string"'
    comments, rejects, source = read("\n".join(lines), "rows.ndjson")
    assert source.format == "ndjson"
    assert len(comments) == 2_997
    assert [(reject.record, reject.line, reject.code) for reject in rejects] == [
        (11, 11, "json"),
        (21, 21, "json"),
        (31, 31, "json"),
    ]


def test_nested_columns_can_be_mapped_and_ids_stay_whole(read):
    row = {
        "text": "good",
        "id": 12345678901234567890,
        "user": {"screen_name": "ann"},
        "public_metrics": {"like_count": 3},
    }
    [first, _], _, _ = read(f"{json.dumps(row)}\n{json.dumps(row)}", "x.ndjson", mapping={"user.screen_name": "author"})
    assert (first.external_id, first.author, first.likes) == ("12345678901234567890", "ann", 3)


def test_columns_that_appear_later_are_found(read):
    lines = [json.dumps({"text": f"text {i}"}) for i in range(500)] + [json.dumps({"text": "late", "author": "ann"})]
    comments, _, _ = read("\n".join(lines), "x.ndjson")
    assert comments[-1].author == "ann"


def test_json_nested_a_thousand_deep_costs_its_row(read):
    deep = '{"text": "a", "x": ' + "[" * 100_000 + "]" * 100_000 + "}"
    comments, rejects, _ = read('{"text": "fine"}\n' + deep + '\n{"text": "fine too"}\n', "x.ndjson")
    assert texts(comments) == ["fine", "fine too"]
    assert [reject.code for reject in rejects] == ["json"]


def test_json_without_a_text_names_its_columns(read):
    with pytest.raises(errors.UnknownColumn, match="nr, words"):
        read('[{"nr": 1, "words": "x"}]', "x.json")


def test_one_object_on_one_line_is_one_row(read):
    comments, _, source = read('{"text": "good"}', "x.json")
    assert texts(comments) == ["good"]
    assert source.format == "ndjson"


def test_a_text_that_breaks_off_in_its_first_rows_is_read_up_to_there(read):
    lines = "".join(json.dumps({"text": f"text {i}"}) + "\n" for i in range(5))
    comments, rejects, _ = read(lines.encode("utf-16") + b"\x00\xdc\x00\x00", "rows.ndjson")
    assert len(comments) == 5
    assert [(reject.record, reject.code) for reject in rejects] == [(6, "encoding")]
