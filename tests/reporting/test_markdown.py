import re

import pytest

from reporting import markdown
from tests.reporting import odd

MARK = r"[*_`\[\]<>~|#]"


def shown(message):
    """What a reader sees: a message without the marks of its own, and what keeps others from being any."""
    return re.sub(r"\\([^a-zA-Z0-9\s])", r"\1", message.replace("\u200b", ""))


def test_the_answer_comes_first():
    message = markdown.render(odd.report("Lumo"))
    title, spike, _, answer, moved, worst, why, quoted, *_ = message.splitlines()
    assert title == "**How people talk about Lumo, 2 to 4 November 2026**"
    assert spike.startswith("- ")
    assert answer.startswith("**Lumo**: an estimated 40.0 % positive (35.0 % to 45.0 %), 40.0 % negative")
    assert moved.startswith("5.0 points fewer positive than the 3 days before")
    assert worst.startswith("The worst week was 2 to 8 November 2026: 70.0 %")
    assert why == "More negative comments than before hold **battery** (10.0 % of all, 5.0 % before):"
    assert quoted.startswith("> “")
    assert "- 2 comments are skipped" in message
    assert message.endswith("labels by words@\u200b1.")


def test_without_an_estimate_the_counted_shares_are_given_as_such():
    made = odd.report("Lumo")
    made["brands"][0]["estimate"] = None
    assert "**Lumo**: 25.0 % positive, 50.0 % negative of 120 comments, as the model counts" in markdown.render(made)


@pytest.mark.parametrize("count", [0, 1, 2, 13, 14, 200])
def test_a_message_fits_any_chat_whatever_the_number_of_brands(count):
    for names in ([f"Brand {number}" for number in range(count)], [odd.NAMES[10] * 20] * count):
        message = markdown.render(odd.report(*names, texts=["*[" * 200]))
        assert len(message) <= markdown.MOST
        assert message.count("Revision 7") == 1


def test_brands_that_have_no_line_are_counted():
    message = markdown.render(odd.report(*(f"Brand {number}" for number in range(200))))
    lines = sum(line.startswith("- **Brand") for line in message.splitlines())
    assert 5 <= lines <= markdown.MOST_BRANDS
    assert f"- and {199 - lines} more brands" in message


@pytest.mark.parametrize("name", odd.NAMES)
def test_no_mark_of_a_name_or_comment_takes_effect(name):
    said = markdown.plain(name, 200)
    assert not re.search(rf"(?<!\\){MARK}", said)
    assert not re.search(r"[@:/<&#!]\w|www\.\w|\.example", said)
    assert "\n" not in said
    assert not re.search("[\x00-\x1f\u202a-\u202e]", said)


@pytest.mark.parametrize("name", [odd.NAMES[0], odd.NAMES[3], odd.NAMES[10], odd.NAMES[11]])
def test_a_reader_sees_a_name_as_it_is(name):
    assert shown(markdown.plain(name, 200)) == name


def test_a_text_with_lines_stays_within_its_quotation():
    message = markdown.render(odd.report("Lumo", texts=["one\n# two\n\n- three\r\n> four"]))
    assert "> “one # two - three > four”" in shown(message).splitlines()


def test_nothing_scored_is_said():
    message = markdown.render(odd.report("Lumo", scored=0))
    assert "n/a" not in message
    assert "skipped" in message
    assert "There is nothing to report." in markdown.render(odd.report())
