import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text, update

from database import schema, sessions
from database.engine import engine as engine_of
from database.tables import Model, Promotion
from model_store import promotion, registry, shipped
from settings import errors

FIRST = shipped.DEFAULT.partition("@")[0]


@pytest.fixture
def names(database_url):
    """The shipped default, promoted, and three versions of a user."""
    with sessions.writing(database_url) as session:
        registry.register_shipped(session)
        for name in ("a", "b", "c"):
            row = {"name": name, "version": 1, "recipe": "imdb", "sha256": name * 64, "shipped": False, "card": {}}
            session.add(Model(**row, created_at=datetime.now(UTC)))


def promote(url, name):
    with sessions.writing(url) as session:
        return promotion.promote(session, registry.get(session, name)).name


def rollback(url):
    with sessions.writing(url) as session:
        now, before = promotion.rollback(session)
        return now.name, before.name


def promoted(url):
    """What the program and what the views take for the promoted version."""
    with sessions.reading(url) as session:
        latest = "SELECT name FROM models WHERE promoted_at IS NOT NULL ORDER BY promoted_at DESC, id DESC LIMIT 1"
        assert session.scalar(text(latest)) == registry.promoted(session).name
        return registry.promoted(session).name


@pytest.mark.usefixtures("names")
def test_a_version_is_promoted_by_name_and_rolled_back(database_url):
    assert promote(database_url, "a") == FIRST
    assert promoted(database_url) == "a"
    assert rollback(database_url) == (FIRST, "a")
    assert promoted(database_url) == FIRST


@pytest.mark.usefixtures("names")
def test_several_steps_lead_back_the_way_they_came(database_url):
    for name in ("a", "b", "a", FIRST, "c"):
        promote(database_url, name)
    assert [rollback(database_url)[0] for _ in range(5)] == [FIRST, "a", "b", "a", FIRST]
    with pytest.raises(errors.NotFound, match=f"No version was promoted before {shipped.DEFAULT}"):
        rollback(database_url)
    assert promoted(database_url) == FIRST


@pytest.mark.usefixtures("names")
def test_what_was_rolled_back_is_not_gone_back_to(database_url):
    promote(database_url, "a")
    promote(database_url, "b")
    rollback(database_url)
    promote(database_url, "c")
    assert [rollback(database_url)[0] for _ in range(2)] == ["a", FIRST]
    with sessions.reading(database_url) as session:
        assert session.scalar(select(func.count()).select_from(Promotion)) == 4, "every promotion is kept"


@pytest.mark.usefixtures("names")
def test_the_promoted_version_promoted_again_is_no_step(database_url):
    assert promote(database_url, "a") == FIRST
    assert promote(database_url, "a") == "a"
    assert rollback(database_url)[0] == FIRST


@pytest.mark.usefixtures("names")
def test_a_clock_that_runs_behind_promotes_all_the_same(database_url):
    with sessions.writing(database_url) as session:
        session.execute(update(Model).where(Model.name == FIRST).values(promoted_at=datetime.now(UTC) + timedelta(1)))
    promote(database_url, "a")
    assert promoted(database_url) == "a"


@pytest.mark.usefixtures("names")
def test_versions_promoted_at_once_are_promoted_one_after_the_other(database_url):
    people = [threading.Thread(target=promote, args=(database_url, name)) for name in ("a", "b", "c")]
    for person in people:
        person.start()
    for person in people:
        person.join()
    back = [promoted(database_url), *(rollback(database_url)[0] for _ in range(3))]
    assert sorted(back[:3]) == ["a", "b", "c"]
    assert back[3] == FIRST


@pytest.mark.usefixtures("names")
def test_the_promotions_of_the_version_before_can_be_rolled_back(database_url):
    with sessions.writing(database_url) as session:
        session.execute(update(Model).where(Model.name == "a").values(promoted_at=datetime.now(UTC)))
    schema.downgrade(database_url, "0001")
    schema.upgrade(database_url)
    promote(database_url, "b")
    assert [rollback(database_url)[0] for _ in range(2)] == ["a", FIRST]
    engine_of(database_url).dispose()


@pytest.mark.usefixtures("names")
def test_taking_the_history_away_leaves_the_promoted_version_to_the_views(database_url):
    promote(database_url, "a")
    schema.downgrade(database_url, "0001")
    latest = "SELECT name FROM models WHERE promoted_at IS NOT NULL ORDER BY promoted_at DESC LIMIT 1"
    with engine_of(database_url).connect() as connection:
        assert connection.scalar(text(latest)) == "a"
        assert connection.scalar(text("SELECT count(*) FROM scored_comments")) == 0
