import json

import pytest

from ingest import reading
from ingest.options import Options
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


@pytest.mark.parametrize("between", ["", "\n", " \n\n", ",\n", ";"])
@pytest.mark.parametrize("page", ["[{}]", '{{"data": [{}]}}', '{{\n"n": 2, "page": {{"data": [{}], "of": 9}}}}\n'])
def test_pages_that_were_put_one_behind_the_other_are_read_whole(read, page, between):
    rows = ['{"text": "a [b]"}, {"text": "c"}', "", '{"text": "d"}']
    # Objects of a line each look like rows.
    how = {"format": "json"} if page.startswith('{{"data') else {}
    comments, rejects, _ = read(between.join(page.format(row) for row in rows), "rows.json", **how)
    assert (texts(comments), rejects) == (["a [b]", "c", "d"], [])


def test_an_empty_array_before_the_rows_is_passed_over(read):
    comments, rejects, _ = read('{"errors": [], "data": [{"text": "a"}], "more": []}', "rows.json")
    assert (texts(comments), rejects) == (["a"], [])


def test_replies_beside_comments_are_rows_too(read):
    content = {"comments": [{"id": 1, "body": "a"}], "next": None, "replies": [{"id": 2, "body": "b", "text": "x"}]}
    comments, rejects, _ = read(json.dumps(content), "rows.json")
    assert ([comment.external_id for comment in comments], rejects) == (["1", "2"], [])


def test_arrays_that_hold_no_comments_are_a_reject_each_that_names_them(read):
    content = {
        "fields": ["id", "text"],
        "data": [{"text": "good"}],
        "users": [{"name": "ann", "description": "Who writes"}, {"name": "ben"}],
        "includes": {"tweets": [{"text": "quoted"}]},
        "meta": {"count": 1, "next": {"token": "x"}},
    }
    comments, rejects, _ = read(json.dumps(content), "rows.json")
    assert texts(comments) == ["good"]
    assert [reject.code for reject in rejects] == ["json"] * 3
    said = [reject.reason.split(" is not read: ") for reject in rejects]
    assert [what for what, _ in said] == [
        'The array "fields", 2 long,',
        'The array "users", 2 long,',
        'The array "includes.tweets", 1 long,',
    ]
    assert said[0][1] == "it holds no objects."
    assert said[1][1].startswith('rows are those of "data", and of arrays beside it')
    assert [reject.content for reject in rejects] == [
        '"id"',
        '{"name": "ann", "description": "Who writes"}',
        '{"text": "quoted"}',
    ]


def test_rows_without_a_text_do_not_hide_the_array_beside_them(read):
    content = '{"errors": [{"detail": "gone"}], "data": [{"detail": "x", "text": "good"}]}'
    comments, rejects, _ = read(content, "rows.json")
    assert (texts(comments), [reject.code for reject in rejects]) == (["good"], ["empty_text"])


def test_a_map_says_which_array_holds_the_texts(read):
    content = '{"errors": [{"message": "gone"}], "data": [{"body": "good", "message": "x"}, null]}'
    _, [reject], _ = read(content.replace('"body"', '"text"').replace('"message": "x"', '"n": 1'), "rows.json")
    assert reject.reason.startswith('The array "data", 2 long, is not read: ')
    comments, rejects, _ = read(content, "rows.json", mapping={"body": "text"})
    assert texts(comments) == ["gone", "good"]
    assert [reject.content for reject in rejects] == ["null"]


@pytest.mark.parametrize("content", ['{"data": [', '{"data": [null, {"text": "a"}'])
def test_an_object_that_breaks_off_within_its_array_says_so(tmp_path, content):
    path = tmp_path / "rows.json"
    path.write_text('{"data": [{"text": "a"}]}' + content)
    with reading.open_file(path, Options()) as source:
        assert list(source.rows())[-1].code == "truncated"


@pytest.mark.parametrize(
    "lost",
    ["429 ", "Too many requests", '{"error": "rate, limit"}', '"x"', "<html>\n [a]</html>", '{"data": [], oops}'],
)
def test_what_stands_between_pages_and_is_none_is_a_reject(read, lost):
    comments, rejects, _ = read(f'[{{"text": "a"}}]\n{lost}\n[{{"text": "b"}}]\n', "rows.json")
    assert texts(comments) == ["a", "b"]
    assert {reject.code for reject in rejects} == {"json"}
    assert rejects[0].content.strip() in lost


@pytest.mark.parametrize("broken", ['{"text": "b', "{bad}]", "{bad},\n [1]\n]"])
def test_a_page_whose_last_row_is_broken_takes_nothing_of_the_next_with_it(read, broken):
    pages = ['[{"text": "a"},\n' + broken, '[{"text": "c"}]', "[]", '[{"text": "d"}, {"text": "e"}]']
    comments, rejects, _ = read("\n".join(pages), "rows.json")
    assert texts(comments) == ["a", "c", "d", "e"]
    assert [reject.content for reject in rejects] == [broken.removesuffix("]").rstrip()]


def test_what_follows_a_page_that_breaks_off_is_not_lost(read):
    comments, rejects, _ = read('{"data": [{"text": "a"}], "next": tru\n{"data": [{"text": "b"}]}', "rows.json")
    assert texts(comments) == ["a", "b"]
    assert [reject.content for reject in rejects] == ["tru"]


@pytest.mark.parametrize("size", range(1, 30))
def test_arrays_of_objects_are_what_they_are_wherever_windows_end(monkeypatch, read, size):
    monkeypatch.setattr("ingest.json_window.WINDOW_CHARACTERS", size)
    content = '{"n": 12, "a": [{"text": "a"}], "of": {"x" :\n[1.5, 2]}, "b":[ {"text": "}]"} ]}\n{"no": true} [[]]'
    comments, rejects, _ = read(content, "rows.json")
    assert texts(comments) == ["a", "}]"]
    assert [reject.content for reject in rejects] == ["1.5", '{"no": true}', "[]"]
