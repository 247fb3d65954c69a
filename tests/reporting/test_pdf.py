import io
import re

import pypdf
import pytest

from reporting import glyphs, pdf, printed
from tests.reporting import odd


def read(made):
    return pypdf.PdfReader(io.BytesIO(pdf.render(made)))


def said(book):
    """The words of all pages, with no line ends within them."""
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in book.pages).replace("\u200b", ""))


@pytest.fixture(scope="module")
def lumo():
    return read(odd.report("Lumo", texts=["It died after an hour.", "Never again."]))


@pytest.fixture(scope="module")
def hostile():
    return read(odd.report(*odd.NAMES))


def test_the_answer_stands_on_the_first_page(lumo):
    first = re.sub(r"\s+", " ", lumo.pages[0].extract_text())
    places = [
        first.index(words)
        for words in (
            "How people talk about Lumo",
            "2 to 4 November 2026",
            "Since revision 6: 30 comments came late.",
            "40.0 % negative, 35.0 % to 45.0 %",
            "5.0 points fewer positive than the 3 days before",
            "The worst week was 2 to 8 November 2026: 70.0 % of 70 comments were negative, 30.0 % on the other days.",
            "More negative comments than before hold battery",
            "It died after an hour.",
            "2 comments are skipped",
            "Shares by brand",
        )
    ]
    assert places == sorted(places)


def test_it_holds_estimates_drivers_themes_and_figures(lumo):
    words = said(lumo)
    for told in (
        "People agreed with the model on 83.0 % of 200 audited comments",
        "never again: 12 negative comments, 10.0 % of all, 5.0 % before",
        "battery, hours, dead: 30 comments, 25.0 % of the negative ones",
        "2026-11-04 25.0 %",
        "Of 120 comments from all over the period 90 are different texts",
        "Days are those of Europe/Berlin.",
        "Revision 7, read 2026-11-16T05:00:00+00:00, labels by words@1",
    ):
        assert told in words


def test_pages_are_a4_and_numbered(lumo):
    assert {tuple(round(float(side)) for side in page.mediabox[2:]) for page in lumo.pages} == {(595, 842)}
    count = len(lumo.pages)
    assert count > 1
    for number, page in enumerate(lumo.pages, 1):
        assert f"{number} / {count}" in page.extract_text()


def test_it_is_tagged_for_readers_of_screens(lumo):
    root = lumo.trailer["/Root"]
    assert lumo.metadata.title == "How people talk about Lumo, 2 to 4 November 2026"
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert {"Shares by brand", "Lumo"} <= {item.title for item in flat(lumo.outline)}


def flat(outline):
    return [one for item in outline for one in (flat(item) if isinstance(item, list) else [item])]


def test_odd_names_and_comments_are_shown_as_text_and_do_nothing(hostile):
    words = said(hostile)
    for name in ('#import "x": *', "<script>alert(1)</script>", "@channel <!everyone> <@U1>", "=cmd|' /C calc'!A0"):
        assert words.count(name) > 1
    assert "_x0041_ $x$ &lt; \\" in words
    actions = [note.get_object() for page in hostile.pages for note in page.get("/Annots", ())]
    assert not actions
    assert not {"/OpenAction", "/AA"} & hostile.trailer["/Root"].keys()
    assert "/JavaScript" not in hostile.trailer["/Root"].get("/Names", {})


def test_a_word_longer_than_a_line_stays_on_the_page(hostile):
    widest = []

    def placed(text, _current, matrix, _font, size):
        widest.append(matrix[4] + len(text.strip()) * float(size) * 0.3)

    for page in hostile.pages[:6]:
        page.extract_text(visitor_text=placed)
    assert max(widest) < 595


def test_the_accessible_standard_holds_for_odd_texts_too(hostile):
    assert b"<pdfuaid:part>1</pdfuaid:part>" in hostile.trailer["/Root"]["/Metadata"].get_data()


def test_what_no_font_can_show_is_told_in_words(monkeypatch):
    monkeypatch.setattr(glyphs, "_missing", list)  # on a machine without any font of its own
    told = glyphs.replacements(["\U0001f600 \U0001f44d\U0001f3fd\ufe0f \U0001f1e9\U0001f1ea 你", "\x07\u202e"])
    shown = glyphs.shown(
        {"a": ["\U0001f600 \U0001f44d\U0001f3fd\ufe0f \U0001f1e9\U0001f1ea 你\x07\u202e", 1, None]}, told
    )
    assert shown == {"a": ["[grinning face] [thumbs up sign] DE □ ", 1, None]}


def test_a_character_that_the_fonts_have_stays():
    kept = "é ß Привет Ελληνικά שלום ★ ❤ → “…”"
    assert glyphs.shown(kept, glyphs.replacements(kept)) == kept


def test_a_long_period_is_drawn_and_its_days_are_left_to_the_workbook():
    words = said(read(odd.report("Lumo", days=printed.MOST_DAYS + 1, texts=["good"])))
    assert "stand in the workbook and in CSV" in words
    assert "2026-12-02 25.0 %" not in words


def test_words_of_the_worst_week_are_compared_with_the_other_days():
    made = odd.report("Lumo", texts=["good"])
    made["brands"][0]["drivers"]["against"] = "other_days"
    words = said(read(made))
    assert "More negative comments than on the other days hold battery" in words
    assert "10.0 % of all, 5.0 % on the other days" in words


def test_nothing_scored_and_nothing_at_all_are_said():
    assert "Not enough to say of Lumo." not in said(read(odd.report()))
    assert "There is nothing to report." in said(read(odd.report()))
    assert "2 comments are skipped" in said(read(odd.report("Lumo", scored=0)))


def test_of_two_hundred_brands_all_stand_in_the_table(monkeypatch):
    monkeypatch.setattr(printed, "MOST_TOLD", 2)  # drawings take most of the time
    words = said(read(odd.report(*(f"Brand {number:03}" for number in range(200)), texts=["good"])))
    assert "Of 200 brands the largest 12 are drawn, and the largest 2 are told of below" in words
    assert all(f"Brand {number:03}" in words for number in range(200))


def test_the_same_report_gives_the_same_file():
    made = odd.report("Lumo", days=1)
    assert pdf.render(made) == pdf.render(made)
