import re

from reporting import mail, summary
from tests.reporting import odd
from tests.reporting.documents import document

HOSTILE = "<script>alert(1)</script>\nBcc: x@example.com"


def html(**changed):
    return mail.as_html(document(**changed), has_chart=False)


def named(name):
    report = document()
    report["scope"]["brand"] = report["brands"][0]["brand"] = name
    return report


def test_the_answer_stands_before_the_notes():
    page = html()
    assert page.index("60.0 %") < page.index("not scored yet")
    assert "12 comments scored" in page


def test_a_mail_runs_nothing_and_fetches_nothing():
    page = html()
    assert "<script" not in page
    assert not re.search(r"https?://|url\(|@import", page)


def test_a_hostile_name_is_shown_as_text_and_adds_no_header():
    made = mail.message(named(HOSTILE), sender="a@example.com", recipient="b@example.com", key="1")
    assert made["Bcc"] is None
    assert "<script>alert" not in made.get_body(("html",)).get_content()


def test_lines_of_the_mail_are_as_servers_take_them():
    sent = mail.message(named("Ärger " * 300), sender="a@example.com", recipient="b@example.com", key="1").as_bytes()
    assert sent.isascii()
    assert max(map(len, sent.split(b"\r\n"))) <= 998


def test_a_revision_says_what_changed_in_every_form():
    report = document(revision=2, revision_note="5 comments more were scored.")
    said = "Since revision 1: 5 comments more were scored."
    assert said in mail.as_html(report, has_chart=False)
    assert said in mail.as_text(report)
    assert summary.render(report, 1_000).startswith(said)
    assert summary.title(report).endswith("(revision 2)")


def test_a_night_without_comments_is_told_without_a_chart():
    report = document(
        brands=[], notes=["There are no comments in this period about Aurora: there is nothing to report."]
    )
    report["totals"] = dict.fromkeys(report["totals"], 0)
    made = mail.message(report, sender="a@example.com", recipient="b@example.com", key="1")
    assert [part.get_content_type() for part in made.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert made["Subject"] == "Aurora, 2 November 2026: nothing to report"


def test_a_summary_keeps_to_its_limit_by_whole_lines():
    whole = summary.render(document(), 10_000)
    short = summary.render(document(), len(whole) - 1)
    assert short.splitlines()[-1] == "…"
    assert set(short.splitlines()[:-1]) <= set(whole.splitlines())
    assert len(summary.render(document(), 30)) <= 30


def test_nobody_is_called_by_a_summary():
    said = summary.render(named("@everyone <!channel>"), 1_000)
    assert "@everyone" not in said
    assert "<!channel>" not in said


def test_of_many_brands_it_is_said_why_these_are_shown():
    report = odd.report(*[f"Brand {i}" for i in range(8)], scored=100)
    for brand in report["brands"]:
        brand["scored"] += 1_000 * (brand["brand"] != "Brand 7")
        if brand["brand"] != "Brand 7":
            brand["changes"], brand["worst_week"] = [], None
    page = mail.as_html(report, has_chart=False)
    assert "5 of 8 brands are shown, those to look at first: with a change beyond chance or a worst week" in page
    assert ">Brand 7</h2>" in page


def test_where_no_spikes_were_looked_for_it_is_said():
    said = "No spikes are looked for of Aurora: a baseline takes 14 days of comments."
    assert said in html(spikes=[], spikes_reason=said, notes=[])


def test_words_are_compared_with_the_days_that_the_report_compares_them_with():
    report = odd.report("Lumo")
    assert "5.0 % before" in mail.as_html(report, has_chart=False)
    report["brands"][0]["drivers"]["against"] = "other_days"
    page = mail.as_html(report, has_chart=False)
    assert "comments than on the other days hold" in page
    assert "5.0 % on the other days" in page
