import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from ingest import cleaning, columns, reading
from ingest.options import Options
from ingest.rows import Comment, Reject
from settings import errors


def cleaned(*rows, **options):
    return list(reading.read_mappings([{"text": "good", **row} for row in rows], Options(**options), "rows").rows())


def test_every_field_is_found_by_its_own_name():
    row = {
        "brand": "Lumo",
        "source": "X",
        "external_id": 12,
        "parent_id": 11,
        "author": "ann",
        "text": " good ",
        "posted_at": "2026-11-02",
        "language": "en",
        "likes": "1,234",
        "url": "https://example.org",
        "extra one": 5,
    }
    [comment] = cleaned(row)
    assert comment == Comment(
        1, None, "Lumo", "x", "12", "11", "ann", "good", datetime(2026, 11, 2, tzinfo=UTC), "en", 1234,
        "https://example.org", '{"extra one": 5}', None,
    )  # fmt: skip


def test_brand_and_source_are_filled_where_they_are_empty():
    first, second = cleaned(
        {"brand": "", "source": None}, {"brand": "Kite", "source": "reddit"}, brand="Lumo", source="x"
    )
    assert (first.brand, first.source, second.brand, second.source) == ("Lumo", "x", "Kite", "reddit")
    [unknown] = cleaned({})
    assert (unknown.brand, unknown.source) == ("unknown", "unknown")


@pytest.mark.parametrize(
    "text", ["", "   ", "\n\t", "\u200b\u200d", "\ufeff", "\u2800", None, "\u202e \u202c", "\ufe0f"]
)
def test_a_text_with_nothing_to_see_is_a_reject(text):
    [reject] = cleaned({"text": text})
    assert (reject.code, isinstance(reject, Reject)) == ("empty_text", True)


@pytest.mark.parametrize("text", ["😀", "!", "?", "0", "ل", "好", "❤️", "🇩🇪", "-"])
def test_an_emoji_or_a_mark_is_a_text(text):
    assert cleaned({"text": text})[0].text == text


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"text": "[deleted]"}, "deleted"),
        ({"text": "[removed]"}, "deleted"),
        ({"created_at": "yesterday"}, "time"),
        ({"text": "a\0b"}, "nul"),
        ({"author": "a\0b"}, "nul"),
        ({"more": "a\0b"}, None),
        ({"text": "a\ud800b"}, "encoding"),
        ({"id": "x" * 10_000}, "long_id"),
    ],
)
def test_each_reject_has_its_code(row, code):
    [found] = cleaned(row)
    assert getattr(found, "code", None) == code


def test_what_is_kept_of_a_reject_can_be_stored():
    [reject] = cleaned({"text": "a\0b\ud800" + "x" * 5_000})
    assert "\0" not in reject.content
    reject.content.encode()
    assert reject.content.endswith("characters)")


@pytest.mark.parametrize("likes", ["many", "²3.0", "--5.0", "1" * 400 + ".0", ".0", "1e5", str(2**63)])
def test_likes_that_are_no_number_are_kept_beside_the_comment(likes):
    [comment] = cleaned({"likes": likes})
    assert comment.likes is None
    assert json.loads(comment.extra) == {"likes": likes}


@pytest.mark.parametrize(("likes", "read"), [("1,234", 1_234), ("1,234.0", 1_234), ("-5.0", -5), (" 007", 7), ("٣", 3)])
def test_likes_are_read_as_tables_write_them(likes, read):
    assert cleaned({"likes": likes})[0].likes == read


def test_numbers_as_ids_become_strings_without_loss():
    ids = [570306133677760513, 12.0, "00123", 1.5]
    assert [comment.external_id for comment in cleaned(*({"id": i} for i in ids))] == [
        "570306133677760513",
        "12",
        "00123",
        "1.5",
    ]


def test_parquet_is_read_with_its_types(tmp_path):
    path = tmp_path / "rows.parquet"
    table = pa.table(
        {
            "id": [2**60, None],
            "text": ["good", None],
            "created_at": [datetime(2026, 11, 2, tzinfo=UTC), None],
            "user": [{"screen_name": "ann"}, {"screen_name": "ben"}],
        }
    )
    parquet.write_table(table, path)
    with reading.open_file(path, Options()) as source:
        comment, reject = source.rows()
    assert (comment.external_id, comment.posted_at, comment.author) == (
        str(2**60),
        datetime(2026, 11, 2, tzinfo=UTC),
        "ann",
    )
    assert (reject.code, source.format) == ("empty_text", "parquet")


def test_a_truncated_parquet_file_is_refused(tmp_path):
    path = tmp_path / "rows.parquet"
    parquet.write_table(pa.table({"text": ["good"] * 1_000}), path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(errors.UnreadableFile, match="no whole Parquet file"), reading.open_file(path, Options()):
        pass


@pytest.mark.parametrize(
    ("options", "said"),
    [({"mapping": {"a": "txt"}}, "no field 'txt'"), ({"timezone": "Mars/X"}, "Mars/X"), ({"format": "doc"}, "'doc'")],
)
def test_options_that_cannot_be_are_refused(options, said):
    with pytest.raises(errors.WrongInput, match=re.escape(said)):
        Options(**options)


def test_the_docs_name_every_code_and_every_usual_name():
    page = (Path(__file__).parents[2] / "docs" / "ingest.md").read_text()
    for code in cleaning.CODES:
        assert f"| `{code}` |" in page
    for field, names in columns.USUAL_NAMES.items():
        assert f"| `{field}` | {', '.join(f'`{name}`' for name in names)} |" in page


def test_a_column_with_numbers_that_json_lacks_is_kept_as_json_all_the_same():
    [comment] = cleaned({"sentiment": float("nan"), "nested": {"highest": float("inf")}})
    kept = json.loads(comment.extra, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert kept == {"sentiment": "NaN", "nested": {"highest": "Infinity"}}
