import numpy as np
import pytest

from database import sessions
from model_store import loading, registry
from model_store.recipes.auto import Options
from model_store.serving import Scores
from model_store.training import auto, version
from model_store.training.auto import Tried
from model_store.training.rows import Rows
from settings import environment, errors
from tests import versions


def tried(limit, macro_f1, macro_recall=0.7):
    return Tried(limit, 0.5, macro_f1, macro_recall)


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


@pytest.fixture
def settings(monkeypatch, sqlite_url, tmp_path):
    """Let settings name a database, and whatever folder a test moves the cache to."""

    def cache_in(name):
        monkeypatch.setenv("BRANDPULSE_CACHE_FOLDER", str(tmp_path / name))
        environment.load.cache_clear()
        return tmp_path / name

    monkeypatch.setenv("BRANDPULSE_DATABASE_URL", sqlite_url)
    yield cache_in
    monkeypatch.undo()
    environment.load.cache_clear()


def elsewhere_of(name, url, folder):
    with sessions.reading(url) as session:
        return registry.artefact_of(session, registry.get(session, name), folder / "elsewhere")


def test_a_cascade_of_own_versions_brings_its_members_to_any_machine(settings, sqlite_url, made, tmp_path):
    settings("here")
    for name, sign in (("plain", 1.0), ("flipped", -1.0)):
        versions.register(sqlite_url, tmp_path, name, sign=sign)
    options = Options(fast="plain", accurate="flipped", limit=0.999)
    written = version.save(tmp_path / "own" / "1", made, auto.train(made, options), name="own", number=1, recipe="auto")
    with sessions.writing(sqlite_url) as session:
        elsewhere = registry.artefact_of(session, registry.register(session, written), settings("elsewhere"))
    assert elsewhere.folder.parent.name == "elsewhere"
    found = loading.load(elsewhere).predict(["a wonderful film, superb and moving", "the plot"], [(), ()])
    assert found.member[1] == "fast+accurate"
    plain, flipped = (
        loading.load(elsewhere_of(name, sqlite_url, tmp_path)).predict(["the plot"], [()])
        for name in ("plain", "flipped")
    )
    # The accurate member counts four fifths.
    assert (found.p_positive[1] > 0.5) == (flipped.p_positive[0] > 0.5) != (plain.p_positive[0] > 0.5)


def test_a_cascade_whose_member_is_not_there_says_which_one(settings, sqlite_url, made, tmp_path):
    settings("here")
    versions.register(sqlite_url, tmp_path, "plain")
    with pytest.raises(errors.NotFound, match="nobody"):
        auto.train(made, Options(fast="plain", accurate="nobody"))
