import io
from datetime import UTC, date, datetime

import openpyxl
import pytest

from reporting import workbook
from tests.reporting import odd

SHEETS = [
    *("Shares", "Days", "Sources", "Hours", "Weekdays", "Spikes", "Changes", "Drivers", "Themes", "Examples", "Notes"),
]


def read(made):
    return openpyxl.load_workbook(io.BytesIO(workbook.render(made)))


def moment(*parts):
    """A time as a sheet has it, without a zone."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)


def table(sheet):
    """The rows of a sheet by the titles of its columns."""
    head, *rows = sheet.iter_rows()
    return [dict(zip([cell.value for cell in head], row, strict=True)) for row in rows]


def test_a_workbook_has_a_sheet_for_each_kind_of_figure():
    assert read(odd.report("Lumo")).sheetnames == SHEETS


def test_figures_are_numbers_and_days_are_dates():
    made = odd.report("Lumo")
    book = read(made)
    [row] = table(book["Shares"])
    assert row["positive share"].value == made["brands"][0]["positive_share"]
    assert row["positive share"].number_format == "0.0%"
    assert (row["estimated positive"].value, row["estimated positive, low"].value) == (0.4, pytest.approx(0.35))
    assert row["method"].value == "adjusted count"
    assert row["scored"].value == 120
    assert [row["day"].value for row in table(book["Days"])] == [moment(2026, 11, day) for day in (2, 3, 4)]
    assert (row["share of voice"].value, row["worst week from"].value) == (0.5, moment(2026, 11, 2))
    assert [row["hour"].value for row in table(book["Hours"])] == list(range(24))
    [spike] = table(book["Spikes"])
    assert (spike["day"].value, spike["of"].value, spike["found"].value) == (moment(2026, 11, 3), "volume", 30)
    assert table(book["Weekdays"])[6]["weekday"].value == "Sunday"
    assert {row["from"].value for row in table(book["Changes"])} == {moment(2026, 10, 30)}


def test_a_revision_from_before_spikes_were_looked_for_has_an_empty_sheet():
    made = odd.report("Lumo")
    del made["spikes"], made["revision_note"]
    assert read(made)["Spikes"].max_row == 1


def test_no_text_is_taken_for_a_formula_or_a_link():
    book = read(odd.report(*odd.NAMES))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n", "d"}
    assert not any(cell.hyperlink for cell in cells)
    names = [row["brand"].value for row in table(book["Shares"])]
    assert names[:5] == list(odd.NAMES[:5])
    texts = {row["text"].value for row in table(book["Examples"])}
    assert {
        "=cmd|' /C calc'!A0",
        "@channel <!everyone> <@U1>",
        "https://evil.example/x www.evil.example",
        "شركة عربية",
    } <= texts


def test_what_excel_would_read_as_a_hidden_character_stays_as_written():
    [row] = table(read(odd.report("_x0041_ \x07"))["Shares"])
    assert openpyxl.utils.escape.unescape(row["brand"].value) == "_x0041_ \x07"


def test_the_first_row_stays_in_sight_and_filters():
    for sheet in read(odd.report("Lumo")):
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref.startswith("A1:")


def test_a_time_stands_in_utc():
    posted = [row["posted at (UTC)"].value for row in table(read(odd.report("Lumo"))["Examples"])]
    assert {value for value in posted if value} == {moment(2026, 11, 2, 22, 30)}


def test_a_day_before_those_that_a_sheet_knows_stands_as_text():
    made = odd.report("Lumo")
    made["brands"][0]["days"][0]["day"] = date(1850, 1, 1).isoformat()
    assert table(read(made)["Days"])[0]["day"].value == "1850-01-01"


def test_rows_beyond_the_limit_of_a_sheet_go_on_in_the_next(monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 10)
    book = read(odd.report("Lumo", "Kite", days=12))
    assert [name for name in book.sheetnames if name.startswith("Days")] == ["Days", "Days 2", "Days 3"]
    days = [row["day"].value for name in ("Days", "Days 2", "Days 3") for row in table(book[name])]
    assert len(days) == 24
    assert "Days 4" not in book.sheetnames


def test_a_text_longer_than_a_cell_says_that_it_is_cut():
    [row] = table(read(odd.report("w" * 40_000))["Shares"])
    assert row["brand"].value == "w" * (workbook.LONGEST_CELL - 1) + "…"


def test_a_share_of_nothing_is_an_empty_cell():
    [row] = table(read(odd.report("Lumo", scored=0))["Shares"])
    assert row["positive share"].value is None
    assert row["why there is no estimate"].value == "Not enough to say of Lumo."
    assert [sheet.max_row for sheet in read(odd.report())][:10] == [1] * 10


def test_two_hundred_brands_stand_in_it():
    book = read(odd.report(*(f"Brand {number}" for number in range(200)), texts=["good"]))
    assert book["Shares"].max_row == 1 + 200
    assert book["Days"].max_row == 1 + 600


def test_the_same_report_gives_the_same_file():
    made = odd.report("Lumo")
    assert workbook.render(made) == workbook.render(made)


def test_where_no_spikes_were_looked_for_the_notes_say_so():
    said = "No spikes are looked for of Lumo: a baseline takes 14 days of comments."
    notes = read({**odd.report("Lumo"), "spikes": [], "spikes_reason": said})["Notes"]
    assert ("note", said) in [tuple(cell.value for cell in row) for row in notes]
