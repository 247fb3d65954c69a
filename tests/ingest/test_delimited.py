import csv
import io
import random

import pytest

from settings import errors


def texts(comments):
    return [comment.text for comment in comments]


def written(rows, **how):
    out = io.StringIO()
    csv.writer(out, **how).writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("newlines", [False, True])
def test_of_20000_rows_an_unclosed_quote_costs_exactly_one(read, quoting, newlines):
    draw = random.Random(1)
    said = ["plain", 'with "quotes" inside', "with, comma"] + (
        ["over\ntwo lines", "\nnewline first"] if newlines else []
    )
    rows = [[i, f"{draw.choice(said)} {i}", "2026-11-02"] for i in range(20_000)]
    good = written([["id", "text", "date"], *rows[:499]], quoting=quoting)
    rest = written(rows[500:], quoting=quoting)
    comments, rejects, _ = read(good + '499,"unclosed,2026-11-02\n' + rest)
    assert len(comments) == 19_999
    assert [(reject.record, reject.code) for reject in rejects] == [(500, "quote")]
    assert rejects[0].line == good.count("\n") + 1
    assert rejects[0].content == '499,"unclosed,2026-11-02'
    assert {comment.external_id for comment in comments} == {str(i) for i in range(20_000) if i != 499}


def test_the_only_quote_of_20000_rows_is_unclosed(read):
    rows = [f"{i},text {i},2026-11-02\n" for i in range(20_000)]
    rows[499] = '499,"text 499,2026-11-02\n'
    comments, rejects, _ = read("id,text,date\n" + "".join(rows))
    assert (len(comments), [reject.record for reject in rejects]) == (19_999, [500])


@pytest.mark.parametrize("places", [[0], [9], [3, 4], [3, 7], [0, 9]])
def test_unclosed_quotes_anywhere_cost_their_own_rows(read, places):
    lines = [f'{i},"text {i}",x\n' for i in range(10)]
    for place in places:
        lines[place] = f'{place},"text {place},x\n'
    comments, rejects, _ = read("id,text,source\n" + "".join(lines))
    assert [reject.record - 1 for reject in rejects] == places
    assert [int(comment.external_id) for comment in comments] == [i for i in range(10) if i not in places]


@pytest.mark.timeout(30)  # reading on to the end of the file for each would take hours
def test_stray_quotes_in_every_row_do_not_take_for_ever(read):
    comments, rejects, _ = read("id,text,n\n" + "".join(f'{i},"a,b\n{i},fine,1\n' for i in range(30_000)))
    assert len(comments) + len(rejects) == 60_000


def test_quoted_newlines_delimiters_and_quotes_are_part_of_the_text(read):
    comments, rejects, _ = read('id,text\n1,"two\nlines, a comma and ""quotes"""\n2,plain\n')
    assert texts(comments) == ['two\nlines, a comma and "quotes"', "plain"]
    assert [comment.line for comment in comments] == [2, 4]
    assert not rejects


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(read, delimiter):
    rows = [["id", "text", "author"], ["1", "one, two; three | four", "ann"], ["2", "plain", "ben"]]
    comments, _, source = read(written(rows, delimiter=delimiter))
    assert texts(comments) == ["one, two; three | four", "plain"]
    assert source.format == ("tsv" if delimiter == "\t" else "csv")


def test_quotes_are_plain_characters_in_an_export_that_does_not_quote(read):
    lines = [f'{i}\t"great" she said {i}\tann\n' for i in range(20)]
    comments, rejects, _ = read("id\ttext\tauthor\n" + "".join(lines), "rows.tsv")
    assert not rejects
    assert comments[3].text == '"great" she said 3'


def test_backslashes_before_quotes_are_understood(read):
    comments, rejects, _ = read('id,text\n1,"she said \\"great\\", twice"\n2,"plain"\n3,"also, plain"\n')
    assert not rejects
    assert texts(comments) == ['she said "great", twice', "plain", "also, plain"]


def test_lines_before_the_header_are_preamble(read):
    content = 'Report:,All mentions\nBrand:,"Lumo"\n\nQuery Id,Date,Full Text,Author\n7,2026-11-02,good lamp,ann\n'
    comments, _, source = read(content)
    assert texts(comments) == ["good lamp"]
    assert (comments[0].line, comments[0].author) == (5, "ann")
    assert source.mapping == {"Date": "posted_at", "Full Text": "text", "Author": "author"}


@pytest.mark.parametrize("character", ["\u2028", "\x85", "\x0c", "\x1e"])
def test_a_line_ends_only_where_files_end_lines(read, character):
    comments, _, _ = read(f"Report{character}of mentions\nid,text\n1,go{character}od\n2,bad\n")
    assert texts(comments) == [f"go{character}od", "bad"]
    assert comments[0].line == 3


def test_one_column_of_texts_needs_no_delimiter(read):
    comments, rejects, _ = read('text\nhello, world\n"quoted, too"\nplain; yes\n')
    assert texts(comments) == ["hello, world", "quoted, too", "plain; yes"]
    assert not rejects


def test_rows_with_too_few_or_too_many_fields_are_rejects_with_their_place(read):
    comments, rejects, _ = read("id,text,author\n1,good,ann\n2,bad\n3,so,so,ben\n4,fine,cy,,\n")
    assert texts(comments) == ["good", "fine"]
    assert [(r.record, r.line, r.code) for r in rejects] == [(2, 3, "fields"), (3, 4, "fields")]
    assert rejects[0].reason == "The row has 2 fields, the header 3."


def test_blank_lines_are_no_rows(read):
    comments, rejects, _ = read("id,text\n\n1,good\n   \n2,bad\n\n")
    assert (len(comments), len(rejects)) == (2, 0)
    assert [comment.line for comment in comments] == [3, 5]


def test_columns_of_the_same_name_are_kept_apart(read):
    comments, _, source = read("id,text,text\n1,good,other\n")
    assert source.columns == ["id", "text", "text_2"]
    assert comments[0].text == "good"
    assert comments[0].extra == '{"text_2": "other"}'


def test_a_file_without_a_column_for_the_text_names_the_columns_it_has(read):
    with pytest.raises(errors.UnknownColumn, match=r"--map COLUMN=text.*nr, words"):
        read("nr,words\n1,good\n")


def test_a_mapped_column_that_is_not_there_is_named(read):
    with pytest.raises(errors.UnknownColumn, match=r"no column 'wrods'; its columns are: nr, words"):
        read("nr,words\n1,good\n", mapping={"wrods": "text"})


def test_a_map_wins_over_the_usual_name(read):
    comments, _, _ = read("text,title\nnot this,but this\n", mapping={"title": "text"})
    assert texts(comments) == ["but this"]


def test_a_million_characters_are_one_text_and_the_cut_is_on_its_row(read):
    [comment], _, _ = read(f"id,text\n1,{'x' * 1_000_000}\n", max_text_characters=1_000)
    assert (len(comment.text), comment.cut_from_characters) == (1_000, 1_000_000)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_read(read, ends):
    comments, _, _ = read(ends.join(["id,text", "1,good", "2,bad"]) + ends)
    assert texts(comments) == ["good", "bad"]


BAIT = "Please like, comment, subscribe"


@pytest.mark.parametrize("place", [0, 1, 9])
@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("id\ttext", "{i}\t{text}"),
        ("nr\tcomment", "{i}\t{text}"),
        ("id;text;author", "{i};{text};ann"),
        ("text|id", '"{text}"|{i}'),
        ("text", "{text}"),
    ],
)
def test_a_comment_that_holds_the_name_of_a_column_is_no_header(read, header, row, place):
    said = [f"so, so {i}" if i % 4 else f"well, yes, {i}" for i in range(10)]
    said[place] = BAIT
    comments, rejects, source = read(
        "\n".join([header, *(row.format(i=i, text=text) for i, text in enumerate(said))]) + "\n"
    )
    assert (texts(comments), rejects) == (said, [])
    assert source.columns == header.replace("\t", ",").replace(";", ",").replace("|", ",").split(",")


@pytest.mark.parametrize("place", [0, 5, 9])
def test_where_it_is_not_quoted_it_costs_its_own_row(read, place):
    lines = [f"{i},text {i}" for i in range(10)]
    lines[place] = f"{place},Please like, comment, and subscribe"
    comments, rejects, _ = read("\n".join(["id,text", *lines]))
    assert len(comments) == 9
    assert [(reject.record, reject.code) for reject in rejects] == [(place + 1, "fields")]


@pytest.mark.parametrize("preamble", ["Content,All", "Review", "Message,none\nFrom,Ana\nTo,Ben\nUntil,2026-11-02"])
@pytest.mark.parametrize("rows", [1, 2, 100])
def test_a_preamble_that_holds_the_name_of_a_column_is_no_header(read, preamble, rows):
    header = "id,date,text,author\n"
    comments, rejects, _ = read(
        f"{preamble}\n\n{header}" + "".join(f"{i},2026-11-02,text {i},ann\n" for i in range(rows))
    )
    assert (len(comments), rejects) == (rows, [])


@pytest.mark.timeout(30)
def test_many_rows_that_may_be_the_header_do_not_take_for_ever(read):
    lines = [f"text{',x' * i}\n" for i in range(50)] + [f'1,"{"a,b" * 800}\n' for _ in range(100)]
    comments, rejects, _ = read("".join(lines))
    assert len(comments) + len(rejects) == 149
