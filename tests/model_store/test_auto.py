import numpy as np
import pytest

from model_store.serving import Scores
from model_store.training import auto
from model_store.training.auto import Tried
from model_store.training.rows import Rows


def tried(limit, macro_f1, macro_recall=0.7):
    return Tried(limit, 0.5, macro_f1, macro_recall, {})


def test_the_lowest_limit_is_picked_that_loses_no_more_than_half_a_point():
    found = [tried(0.5, 0.880), tried(0.6, 0.896), tried(0.7, 0.898), tried(1.0, 0.900)]
    assert auto.pick(found).limit == 0.6


def test_a_limit_that_is_good_by_chance_below_a_bad_one_is_not_picked():
    found = [tried(0.5, 0.900), tried(0.6, 0.880), tried(0.7, 0.898), tried(1.0, 0.900)]
    assert auto.pick(found).limit == 0.7


def test_recall_counts_as_well_where_the_rows_define_it():
    found = [tried(0.5, 0.9, 0.65), tried(0.7, 0.9, 0.70), tried(1.0, 0.9, 0.70)]
    assert auto.pick(found).limit == 0.7
    assert auto.pick([tried(0.5, 0.9, None), tried(1.0, 0.9, None)]).limit == 0.5


def test_where_every_limit_but_the_highest_loses_the_accurate_member_is_asked_for_all():
    assert auto.pick([tried(0.5, 0.8), tried(1.0, 0.9)]).limit == 1.0


@pytest.mark.parametrize(("limit", "asked", "macro_f1"), [(0.4, 0.0, 0.5), (0.8, 0.5, 1.0), (1.01, 1.0, 1.0)])
def test_a_limit_is_judged_by_what_the_cascade_would_say(limit, asked, macro_f1):
    count, ones = 8, np.ones(8)
    labels = np.array([1, -1] * 4, np.int8)
    right = np.where(labels > 0, 0.95, 0.05).astype(np.float32)
    # The fast member is right and sure of the first half, and the wrong way round, hardly sure, on the others.
    fast = np.where(np.arange(count) < 4, right, np.where(labels > 0, 0.4, 0.6)).astype(np.float32)
    said = [Scores(1 - positive, positive, ones.astype(bool)) for positive in (fast, right)]
    found = auto.look(*said, Rows(["text"] * count, labels, ones, ones), limit)
    assert (found.asked, found.macro_f1) == (asked, macro_f1)
