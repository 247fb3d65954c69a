import io

from rich.console import Console

from benchmarks import table
from benchmarks.figures import MEANINGS, Figures


def test_a_ratio_is_that_of_the_medians():
    figures = Figures(1_000)
    for seconds in (1.0, 2.0, 9.0):
        figures.timed("copy", seconds)
    figures.timed("pipeline", 10.0)
    figures.rates |= {"score": 160.0, "vader": 20.0, "textblob": None}
    document = figures.document()
    assert document["pipeline_over_copy"] == 5.0
    assert document["scoring_over_vader"] == 8.0
    assert document["scoring_over_textblob"] is None
    assert document["seconds"] == {"copy": [1.0, 2.0, 9.0], "pipeline": [10.0]}


def test_a_part_that_fails_loses_nothing_of_the_others():
    figures = Figures(1_000)
    figures.timed("copy", 1.0)
    with figures.attempt("ten_million"):
        raise OSError("No space left on device")
    document = figures.document()
    assert document["rates"] == {"copy": 1_000.0}
    assert document["errors"] == {"ten_million": "OSError: No space left on device"}


def test_a_document_with_nothing_in_it_makes_a_table():
    written = io.StringIO()
    table.show(Console(file=written), Figures(1_000).document())
    assert all(name in written.getvalue() for name in MEANINGS)
