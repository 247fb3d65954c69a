import pytest

from benchmarks import outcome
from worker import embedded


def test_a_batch_that_is_not_scored_is_no_outcome(load, database_url):
    load("good", "bad")
    with outcome.asking(database_url) as engine:
        assert outcome.unfinished(engine) == 1
        with pytest.raises(outcome.WrongOutcome, match="unanswered=2"):
            outcome.check(engine, 2)


def test_a_batch_of_which_each_comment_is_scored_or_skipped_is_one(load, scorer, database_url):
    load("good", "bad", "nothing known")
    embedded.drain(scorer)
    with outcome.asking(database_url) as engine:
        assert outcome.unfinished(engine) == 0
        found = outcome.check(engine, 3)
        assert (found.loaded, found.scored + found.skipped, found.failed, found.unanswered) == (3, 3, 0, 0)
        with pytest.raises(outcome.WrongOutcome, match="Of 4 comments"):
            outcome.check(engine, 4)
