"""Authors as keyed hashes: the same comments as before, and nobody's name."""

import json

import pytest
from sqlalchemy import select

from database import sessions
from database.tables import Batch, Comment, Reject
from ingest import loading, pseudonyms
from ingest.options import Options
from settings import environment

KEY = "a key that only we know"
FILE = (
    "author,user_name,comment,created_at,place\n"
    + "".join(f"{('ann', 'ben', '', 'élan')[i % 4]},nick {i % 4},text {i},2026-11-02,here\n" for i in range(40))
    + "ann,nick,,2026-11-02,here\n"
)


@pytest.fixture
def key(monkeypatch):
    """Set the secret, or take it away by None."""

    def key(value):
        environment.load.cache_clear()
        if value is None:
            monkeypatch.delenv("BRANDPULSE_AUTHOR_KEY", raising=False)
        else:
            monkeypatch.setenv("BRANDPULSE_AUTHOR_KEY", value)

    yield key
    environment.load.cache_clear()


@pytest.fixture
def load(database_url, tmp_path):
    """Load the file, or the same rows one by one from Python."""

    def load(*, file=True, **how):
        options = Options(brand="Aurora", source="x")
        if file:
            (tmp_path / "rows.csv").write_text(FILE)
            return loading.load_file(database_url, tmp_path / "rows.csv", options, **how).counts
        names, *lines = (line.split(",") for line in FILE.splitlines())
        rows = [dict(zip(names, line, strict=True)) for line in lines]
        return loading.load_comments(rows, database_url=database_url, options=options, **how).counts

    return load


def stored(url):
    with sessions.reading(url) as session:
        columns = select(Comment.text, Comment.natural_key, Comment.author, Comment.extra)
        return {text: rest for text, *rest in session.execute(columns)}


@pytest.mark.parametrize("file", [True, False])
def test_authors_are_stored_as_hashes_and_keys_of_comments_stay_what_they_were(database_url, load, key, file):
    key(KEY)
    assert load(file=file).loaded == 40
    hashed = stored(database_url)
    key(None)
    # The comments without author, whose time makes them somebody's, are duplicates as well.
    counts = load()
    assert (counts.loaded, counts.duplicates, counts.changed) == (0, 40, 0)
    authors = [author for _, author, _ in hashed.values()]
    assert len(set(authors)) == 4
    assert {author is None or author.startswith("h:") for author in authors} == {True}
    assert hashed["text 0"][1] == hashed["text 4"][1] == pseudonyms.hashed("ann", KEY)
    assert hashed["text 3"][1] == pseudonyms.hashed("élan", KEY)
    assert hashed["text 2"][1] is None
    extra = json.loads(hashed["text 1"][2])
    assert extra == {"user_name": pseudonyms.hashed("nick 1", KEY), "place": "here"}


def test_files_and_rows_from_python_are_stored_the_same(database_url, load, key):
    key(KEY)
    load(file=True)
    by_file = stored(database_url)
    with sessions.writing(database_url) as session:
        session.query(Comment).delete()
    load(file=False)
    assert stored(database_url) == by_file


def test_a_name_of_two_letters_cannot_be_tried_without_the_key():
    assert pseudonyms.hashed("ab", KEY) != pseudonyms.hashed("ab", KEY + "!")
    assert len(pseudonyms.hashed("ab", KEY)) == 26


def test_an_update_hashes_too(database_url, load, key):
    key(KEY)
    rows = [{"id": 1, "author": "ann", "user_name": "nick", "text": text} for text in ("old", "new")]
    for row in rows:
        loading.load_comments([row], database_url=database_url, replace=True)
    [(_, author, extra)] = stored(database_url).values()
    assert author == pseudonyms.hashed("ann", KEY)
    assert json.loads(extra) == {"user_name": pseudonyms.hashed("nick", KEY)}


def test_the_secret_and_the_names_stand_nowhere(database_url, load, key, monkeypatch):
    key(KEY)
    load()
    with sessions.reading(database_url) as session:
        [reject], [batch] = session.scalars(select(Reject)).all(), session.scalars(select(Batch)).all()
    assert (reject.code, reject.content) == ("empty_text", None)
    assert KEY not in f"{batch.options} {environment.load()!r}"
    key("too short")
    with pytest.raises(Exception, match="BRANDPULSE_AUTHOR_KEY") as caught:
        environment.load()
    assert "too short" not in str(caught.value)
