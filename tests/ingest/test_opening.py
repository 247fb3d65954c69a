import gzip
import io
import re
import sys

import pytest
import zstandard

from ingest import reading, transcoding
from ingest.options import Options
from settings import errors

ROWS = "id,text\n" + "".join(f"{i},schöne Grüße {i} 😀\n" for i in range(5_000))


def compressed(kind, content):
    return gzip.compress(content) if kind == "gz" else zstandard.ZstdCompressor().compress(content)


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_compressed_files_are_read_whatever_their_name(read, kind):
    comments, rejects, _ = read(compressed(kind, ROWS.encode()), "rows.csv")
    assert (len(comments), len(rejects)) == (5_000, 0)
    assert comments[-1].text == "schöne Grüße 4999 😀"


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_compressed_files_of_several_parts_are_read_whole(read, kind):
    half = len(ROWS) // 2
    comments, _, _ = read(compressed(kind, ROWS[:half].encode()) + compressed(kind, ROWS[half:].encode()))
    assert len(comments) == 5_000


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_of_a_truncated_file_what_can_be_read_is_and_the_break_is_a_reject(read, kind):
    rows = "id,text\n" + "".join(f"{i},{hash(str(i))}\n" for i in range(20_000))
    whole = compressed(kind, rows.encode())
    comments, rejects, _ = read(whole[: len(whole) // 2])
    assert 1_000 < len(comments) < 20_000
    assert rejects[-1].code == "truncated"
    assert "ends in the middle" in rejects[-1].reason


def test_a_damaged_file_says_so(read):
    whole = bytearray(compressed("gz", ROWS.encode()))
    whole[len(whole) // 2 : len(whole) // 2 + 50] = b"\xff" * 50
    _, rejects, _ = read(bytes(whole))
    assert rejects[-1].code == "truncated"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_the_encoding_is_found(read, encoding):
    rows = "id,text\n" + "".join(f"{i},schöne Grüße aus Köln über eine naïve Straße\n" for i in range(50))
    comments, rejects, _ = read(rows.encode(encoding))
    assert not rejects
    assert comments[0].text == "schöne Grüße aus Köln über eine naïve Straße"


def test_broken_bytes_in_a_utf_8_file_cost_their_own_row(read):
    comments, rejects, _ = read(b"id,text\n1,gr\xc3\xbc\xc3\x9fe\n2,br\xffken\n3,fine\n" + "4,ähnlich\n".encode() * 5)
    assert len(comments) == 7
    assert [(reject.record, reject.code) for reject in rejects] == [(2, "encoding")]
    assert "\\udcff" in rejects[0].content


@pytest.mark.parametrize("encoding", ["utf-16", "shift_jis", "cp1252"])
def test_where_a_text_ends_to_be_one_the_rows_before_are_read_and_the_break_is_a_reject(read, encoding):
    row = {"shift_jis": "これは素晴らしい製品です", "cp1252": "schöne Grüße aus Köln"}.get(encoding, "gut 😀")
    rows = "id,text\n" + "".join(f"{i},{row}\n" for i in range(20_000))
    broken = {"utf-16": b"\x00\xdc\x00\x00", "shift_jis": b"\x81 ", "cp1252": b"\x81"}[encoding]
    comments, rejects, source = read(rows.encode(encoding) + "x".encode(encoding) + broken + rows.encode(encoding))
    assert source.encoding in {encoding, "cp932"}
    assert [comment.external_id for comment in comments] == [str(i) for i in range(20_000)]
    assert [(reject.record, reject.code) for reject in rejects] == [(20_001, "encoding")]


@pytest.mark.parametrize(
    ("encoding", "content", "broken"),
    [
        ("utf-16", "日本", b"\x00\xdc\x00\x00"),
        ("cp932", "日本", b"\x81 "),
        ("gb18030", "日本", b"\xff "),
        ("euc_kr", "가나", b"\xff "),
        ("cp1252", "é", b"\x81"),
    ],
)
def test_a_broken_place_costs_nothing_before_it_wherever_pieces_end(monkeypatch, encoding, content, broken):
    for piece_bytes in range(1, 9):
        monkeypatch.setattr(transcoding, "PIECE_BYTES", piece_bytes)
        stream = transcoding.Transcoded(io.BytesIO(content.encode(encoding) + broken), encoding)
        given = b""
        with pytest.raises(UnicodeDecodeError):
            while True:
                given += stream.read(5)
        assert given.decode() == content


def test_a_truncated_file_of_two_byte_characters_says_both(read):
    rows = "id,text\n" + "".join(f"{i},{hash(str(i))}\n" for i in range(20_000))
    whole = gzip.compress(rows.encode("utf-16"), 0)  # stored as it is, so that half a character can be cut off
    _, rejects, _ = read(whole[:300_001])
    assert [reject.code for reject in rejects[-2:]] == ["encoding", "truncated"]


def test_a_character_cut_by_the_end_of_the_sample_does_not_change_the_encoding(read):
    content = "id,text\n1," + "x" * (2**18 - 11) + "ü" * 4 + "\n"
    _, rejects, source = read(content)
    assert (source.encoding, rejects) == ("utf-8", [])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"  \n\n", "is empty"),
        (b"PK\x03\x04 and so on", "Excel"),
        (b"%PDF-1.7 and so on", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "picture"),
        (bytes(range(256)) * 50 + b"\0\0", "no text"),
        (b"PAR1 but not Parquet", "Parquet"),
        (gzip.compress(b"", mtime=0), "empty"),  # without the time, which the name of the test would hold
    ],
)
def test_what_is_no_export_is_refused_in_one_sentence(read, content, said):
    with pytest.raises(errors.UnreadableFile, match=re.escape(said)):
        read(content)


def test_a_file_that_is_not_there_is_named():
    with (
        pytest.raises(errors.UnreadableFile, match=r"nowhere\.csv cannot be opened"),
        reading.open_file("nowhere.csv", Options()),
    ):
        pass


def test_standard_input_is_read_like_a_file(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(b"id,text\n1,good\n"))))
    with reading.open_file("-", Options()) as source:
        assert [row.text for row in source.rows()] == ["good"]
    assert source.name == "standard input"
