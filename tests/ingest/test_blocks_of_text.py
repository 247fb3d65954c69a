import csv
import io
import random
import sys

import pytest

from ingest import delimited_source, reading, supply
from ingest.options import Options
from settings import errors
from tests.ingest.conftest import check_blocks

HEADER = [
    "id",
    "text",
    "created_at",
    "brand",
    "likes",
    "source",
    "author",
    "lang",
    "url",
    "parent_id",
    "more",
    'od"d\\',
]
TEXTS = [
    *(
        "",
        " ",
        "so, so",
        "a; b|c",
        'he said "great"',
        '""',
        '"',
        "two\nlines",
        "two\r\nlines",
        "lone\rreturn",
        "tab\there",
    ),
    *("  padded ", "\u00a0padded\u3000", "\u3000", "\u200b", "\u0301accent first", "😀", "Привет", "好", "\ufeffmark"),
    *("a\0b", "back\\slash \\n", "\x01\x02", "\x1f", "\x1c", "[deleted]", "[removed]", "[replaced]", "a\ud800b"),
    *("x" * 1_001, "ü" * 600, "y" * 5_000, "Lumo", "LUMO", "ǅ", "İ", "{}", "null", "NULL", "NaN", "true"),
    *("12", "-5", "1,234", "12.0", "many", "9" * 18, "9" * 19, "٣", "1e5", "007", "+5", "1_000", "²3.0", "--5.0"),
    *("2026-11-02", "2026-11-02 10:20:30", "2026-11-02T10:20:30Z", "2026-11-02T10:20:30.123456+01:00", "2026-02-30"),
    *("1969-12-31T00:00:00Z", "2199-12-31T23:59:59-01:00", "1424806552", "1424806552000", "20260102", "03/04/2026"),
]


def generated(draw):
    """Write rows as bad exports do: stray quotes, delimiters and line ends, wrong counts, blank lines, broken bytes."""
    delimiter, line_end = draw.choice(",,,;\t|"), draw.choice(["\n", "\n", "\r\n", "\r"])
    header = ["text"] if draw.random() < 0.2 else HEADER[: draw.choice([2, 6, 12])]
    quoting, mess = draw.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, None]), draw.choice([0, 0, 0.003, 0.03, 0.3])
    lines = [written(header, delimiter, csv.QUOTE_MINIMAL)]
    for _ in range(draw.choice([3, 30, 120])):
        fields = [draw.choice(TEXTS) if draw.random() < 0.5 else draw.choice(["good", "7"]) for _ in header]
        count = draw.random()
        fields = fields[:-1] if count < 0.03 else [*fields, draw.choice(["", "x"])] if count < 0.06 else fields
        line = written(fields, delimiter, quoting)
        if draw.random() < mess:
            place = draw.randrange(len(line) + 1)
            line = line[:place] + draw.choice(['"', '"', '""', delimiter, "\n", "\r", " "]) + line[place:]
        lines += [line, draw.choice(["", " ", "\u00a0", "\x1c\u3000", delimiter])] if draw.random() < 0.03 else [line]
    content = (line_end.join(lines) + draw.choice(["", line_end, 2 * line_end])).encode("utf-8", "surrogatepass")
    if draw.random() < 0.3:
        place = draw.randrange(len(content))
        content = content[:place] + draw.choice([b"\xff", b"\xe2\x82", b"\0"]) + content[place:]
    return b"\xef\xbb\xbf" * (draw.random() < 0.1) + content


def written(fields, delimiter, quoting):
    if quoting is None:
        return delimiter.join(field.replace("\n", " ").replace("\r", " ").replace(delimiter, " ") for field in fields)
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator="").writerow(fields)
    return out.getvalue()


@pytest.mark.parametrize("seed", range(40))
def test_blocks_hold_what_rows_one_by_one_do_whatever_the_file(tmp_path, monkeypatch, seed):
    draw = random.Random(seed)
    monkeypatch.setattr(supply, "WINDOW_BYTES", draw.choice([50, 1_000, 20_000, 1 << 22]))
    monkeypatch.setattr(delimited_source, "LEAST_ROWS", draw.choice([1, 3, 20]))
    path = tmp_path / "rows.csv"
    path.write_bytes(generated(draw))
    how = {
        "timezone": draw.choice(["UTC", "Europe/Berlin"]),
        "max_text_characters": draw.choice([100_000, 10]),
        "brand": draw.choice([None, "Lumo"]),
        "format": draw.choice([None, "csv"]),
    }
    try:
        with reading.open_file(path, Options(**how)) as source:
            rows = list(source.rows())
    except errors.BrandpulseError:
        return  # the mess hit the header
    check_blocks(path, rows, draw.choice([1, 7, 1_000]), **how)


def pieces(content):
    """Give the number of rows, and of those among them that came as columns."""
    source = io.BytesIO(content.encode())
    dialect = delimited_source.Dialect(",", "doubled", ["id", "text"], 0)
    found = list(delimited_source.Turns(supply.Supply(source), dialect).pieces())
    return sum(piece.read for piece in found), sum(len(part.places) for piece in found for part in piece.columns)


def test_plain_rows_all_come_as_columns():
    assert pieces("".join(f'{i},"text, {i}\nwith ""two"" lines"\n\n' for i in range(50_000))) == (50_000, 50_000)


def test_quotes_inside_of_texts_that_are_not_quoted_hold_nothing_up():
    rows = "".join(f'{i},a 5"" disk of {i}"\n{i},"quoted, ""{i}"""\n{i},""\n' for i in range(20_000))
    assert pieces(rows) == (60_000, 60_000)


def test_around_an_unclosed_quote_the_other_rows_come_as_columns():
    rows = [f'{i},"text {i}"\n' for i in range(50_000)]
    rows[30_000] = '30000,"text\n'
    read, columns = pieces("".join(rows))
    assert read == 50_000
    assert columns > 49_990


def test_the_only_quote_of_a_file_holds_nothing_up():
    read, columns = pieces("".join(f"{i},text {i}\n" if i != 500 else '500,"text\n' for i in range(200_000)))
    assert read == 200_000
    assert columns > 199_990


@pytest.mark.parametrize("size", [1, 7, 1_000, 100_000])
def test_blocks_hold_so_many_rows_each_and_the_last_one_fewer(tmp_path, size):
    path = tmp_path / "rows.csv"
    path.write_text("id,text\n" + "".join(f"{i},good\n" if i % 3 else f"{i}\n" for i in range(2_500)))
    with reading.open_file(path, Options()) as source:
        rows = list(source.rows())
    check_blocks(path, rows, size)


def test_a_line_of_any_blanks_is_no_row(read):
    blanks = [chr(c) for c in range(sys.maxunicode) if chr(c).isspace() and chr(c) not in "\r\n"]
    comments, rejects, _ = read("id,text\n" + "".join(f"{blank}\n1,good\n{blank}{blank}\n" for blank in blanks))
    assert (len(comments), rejects) == (len(blanks), [])


def test_a_byte_order_mark_in_the_middle_is_a_character(read):
    comments, _, _ = read("\ufefftext\n" + "\ufeffgood\n" * 3)
    assert {comment.text for comment in comments} == {"\ufeffgood"}


def test_broken_bytes_in_a_row_of_too_few_fields_cost_one_row(read):
    comments, rejects, _ = read(b"id,text\n" + b"1,good\n" * 300 + b"br\xffken\n" + b"2,fine\n" * 300)
    assert len(comments) == 600
    assert [(reject.record, reject.code) for reject in rejects] == [(301, "fields")]


@pytest.mark.parametrize("inside", ["", "\n"])
@pytest.mark.parametrize("characters", [900_000, 1_100_000])
def test_a_long_quoted_text_is_what_it_is_row_by_row(read, inside, characters):
    text = "x" * 10 + inside + "y" * characters
    comments, rejects, _ = read(f'id,text\n1,good\n2,"{text}"\n3,fine\n', max_text_characters=2_000_000)
    broken = inside and characters > 1_000_000
    assert len(comments) + len(rejects) == (4 if broken else 3)
    assert [reject.code for reject in rejects] == (["quote", "fields"] if broken else [])


@pytest.mark.parametrize("open_quote", ["", '5,"open\nand on'])
def test_where_a_text_breaks_off_blocks_end_as_rows_do(read, open_quote):
    rows = "id,text\n" + "".join(f"{i},good\n" for i in range(25_000)) + open_quote
    _, rejects, _ = read(rows.encode("utf-16") + b"\x00\xdc\x00\x00")
    assert [(reject.record, reject.code) for reject in rejects] == [(25_001, "encoding")]


def test_a_brand_that_cannot_be_stored_is_refused_row_by_row(read):
    _, rejects, _ = read("text\ngood\nbad\n", brand="Lu\udcffmo")
    assert [reject.code for reject in rejects] == ["encoding", "encoding"]


def test_progress_is_told_while_blocks_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(supply, "WINDOW_BYTES", 10_000)
    path = tmp_path / "rows.csv"
    path.write_text("id,text\n" + "1,good\n" * 50_000)
    with reading.open_file(path, Options()) as source:
        places = [source.position_bytes() for _ in source.blocks(10_000)]
    assert places == sorted(places)
    assert 0 < places[0] < places[-1] == path.stat().st_size
