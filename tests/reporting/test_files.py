import csv
import io
import itertools
import json
import re
from html.parser import HTMLParser

import pytest
from rich.console import Console

from reporting import charts, drawing, files, html, largest, table, text
from settings import errors
from tests.reporting import odd

MONDAY = "2026-11-02T12:00:00Z"
HOSTILE = "<script>alert('1')</script> & \"=cmd|x\""


class Page(HTMLParser):
    """What a page holds: its tags, its text, and whatever it would fetch."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.said, self.fetched, self.named = [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.named += [tag] if dict(attributes).get("aria-label") else []
        self.fetched += [value for name, value in attributes if name in {"src", "href", "xlink:href", "srcset"}]

    def handle_data(self, data):
        self.said.append(data)


@pytest.fixture
def database_url(sqlite_url):
    """What is made of a document does not depend on the database that it came from."""
    return sqlite_url


@pytest.fixture
def made(say, score, report):
    say(
        ("Lumo", "good", MONDAY),
        ("Lumo", "bad", "2026-11-04T12:00:00Z"),
        (HOSTILE, "so so", MONDAY),
        ("=Kite", "good", MONDAY),
    )
    score()
    return report()


def test_the_page_draws_the_shares_and_days_and_hours_of_each_brand(made):
    page = Page(html.render(made))
    assert page.tags.count("svg") == 1 + 2 * len(made["brands"])
    assert page.tags.count("figure") == page.tags.count("svg")


def test_brands_are_compared_by_source_weekday_and_hour_where_enough_speak(say, score, report):
    for source in ("x", "youtube"):
        say(
            *[
                (brand, f"{word} {i}", MONDAY)
                for brand in ("Lumo", "Kite")
                for word in ("good", "bad")
                for i in range(9)
            ],
            *[("Nox", f"good {i}", "2026-11-10T09:00:00Z") for i in range(3)],
            source=source,
        )
    score()
    said = " ".join(Page(html.render(report())).said)
    for title in ("source", "weekday", "hour of the day"):
        assert f"Net sentiment by {title}" in said
    assert "Net sentiment by" not in " ".join(Page(html.render(report(brand="Lumo"))).said)


def test_each_chart_is_named_and_each_table_has_a_caption_and_headings_skip_no_level(made):
    page = Page(html.render(made))
    assert page.named.count("figure") == page.tags.count("figure")
    assert page.tags.count("caption") == page.tags.count("table")
    levels = [int(tag[1]) for tag in page.tags if tag in {"h1", "h2", "h3", "h4"}]
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))


def test_the_page_fetches_nothing_and_runs_nothing(made):
    page = Page(html.render(made))
    assert page.fetched == []
    assert "script" not in page.tags
    allowed = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    assert f'<meta http-equiv="Content-Security-Policy" content="{allowed}">' in html.render(made)
    assert "url(" not in html.render(made).replace("url(#", "")


def test_a_hostile_name_is_shown_as_it_was_written(made):
    assert any(HOSTILE in said for said in Page(html.render(made)).said)


def test_the_page_holds_the_figures_of_the_document(made):
    said = " ".join(Page(html.render(made)).said)
    assert "50.0\u00a0%" in said
    assert f"Revision {made['revision']}" in said
    assert made["model"] in said
    for note in made["notes"]:
        assert note.replace("`", "") in "".join(Page(html.render(made)).said)


def test_what_is_to_be_typed_is_marked_as_such_and_nothing_else_is(made):
    page = html.render({**made, "notes": ["Try `brandpulse doctor` <b>now</b>."]})
    assert "Try <code>brandpulse doctor</code> &lt;b&gt;now&lt;/b&gt;." in page


def test_the_page_of_an_empty_period_says_so(report):
    made = report()
    assert any("nothing to report" in said for said in Page(html.render(made)).said)


def test_of_many_brands_the_largest_are_drawn_and_all_are_listed(say, score, report):
    say(*[(f"Brand {i:02}", f"good {j}", MONDAY) for i in range(30) for j in range(1 + i // 10)])
    score()
    page = Page(html.render(report()))
    assert page.tags.count("svg") == 1 + 2 * largest.MOST_DRAWN
    assert all(any(f"Brand {i:02}" in said for said in page.said) for i in range(30))


def test_a_share_of_nothing_leaves_a_gap_and_not_a_zero(made):
    [lumo] = [brand for brand in made["brands"] if brand["brand"] == "Lumo"]
    assert [day["positive_share"] for day in lumo["days"]] == [1.0, None, 0.0]
    # Two days with a share, two labels: four points; the empty day draws none.
    assert drawing.svg(charts.trend(lumo["days"])).count('aria-roledescription="point"') == 4


def test_csv_has_a_row_for_each_brand_and_day_and_no_formulas(made):
    rows = list(csv.DictReader(io.StringIO(table.render(made))))
    assert len(rows) == len(made["brands"]) * (1 + 3)
    assert {row["brand"] for row in rows} == {"Lumo", HOSTILE, "'=Kite"}
    [lumo] = [row for row in rows if row["brand"] == "Lumo" and row["day"] == "2026-11-02"]
    assert (lumo["positive"], lumo["positive_share"], lumo["model"]) == ("1", "1.0", "words@1")


def test_a_terminal_shows_a_name_with_brackets_as_it_is(say, score, report):
    say(("[bold]Lumo[/]", "good", MONDAY))
    score()
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(text.render(report()))
    assert "[bold]Lumo[/]" in console.export_text()


def test_json_is_the_document(made, tmp_path):
    files.write(tmp_path / "r.json", made, "json")
    assert json.loads((tmp_path / "r.json").read_text()) == made


def test_a_report_is_named_after_what_it_is_about(report, say, score, tmp_path):
    say((HOSTILE, "good", MONDAY))
    score()
    path = files.report_path(tmp_path, report(brand=HOSTILE), "html")
    assert path.parent == tmp_path
    assert re.fullmatch(r"script-alert-1-script-cmd-x-[0-9a-f]{8}_2026-11-02_r1\.html", path.name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("C++", None), ("C#", None)),
        (("Yahoo!", None), ("Yahoo", None)),
        (("A&B", None), ("A-B", None)),
        (("Kite Mobile", None), ("Kite-Mobile", None)),
        (("Kite Mobile", None), ("Kite+Mobile", None)),
        (("Kite Mobile", None), ("Kite  Mobile", None)),
        (("a" * 90, None), ("a" * 91, None)),
        (("Lumo", "x"), ("Lumo_x", None)),
        (("Lumo", "x!"), ("Lumo", "x")),
        (("!!!", None), ("???", None)),
        (("all-brands", None), (None, None)),
    ],
)
def test_reports_of_different_names_have_different_files(one, other, tmp_path):
    document = odd.report("Lumo", days=1)
    paths = {
        files.report_path(tmp_path, {**document, "scope": {"brand": brand, "source": source, "batches": []}}, "html")
        for brand, source in (one, other)
    }
    assert len(paths) == 2


@pytest.mark.parametrize(
    ("brand", "source", "name"),
    [
        ("Lumo", None, "Lumo"),
        ("Müller-2.0", "x", "Müller-2.0_x"),
        ("Dr. Kite Mobile", None, "Dr.+Kite+Mobile"),
        (None, None, "all-brands"),
    ],
)
def test_a_plain_name_is_the_name_of_the_file(brand, source, name, tmp_path):
    document = {**odd.report("Lumo", days=1), "scope": {"brand": brand, "source": source, "batches": []}}
    assert files.report_path(tmp_path, document, "html").name == f"{name}_2026-11-02_r7.html"


@pytest.mark.parametrize("name", files.FORMATS)
def test_every_format_is_written_whole_and_known_by_the_name_of_its_file(name, tmp_path):
    path = files.report_path(tmp_path, odd.report("Lumo", days=1, texts=["good"]), name)
    files.write(path, odd.report("Lumo", days=1, texts=["good"]), name)
    assert path.stat().st_size > 100
    assert files.format_of(path) == name
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["report", "report.txt", "report.HTM"])
def test_a_file_of_another_name_has_no_format_by_itself(name, tmp_path):
    assert files.format_of(tmp_path / name) is None


def test_a_folder_that_cannot_be_written_to_is_said_in_words(made, tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(errors.WrongSetting, match="BRANDPULSE_REPORTS_FOLDER"):
        files.write(tmp_path / "file" / "r.html", made, "html")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
