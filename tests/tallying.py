"""What tests of the tallies do again and again: correct, merge, and look at the sums."""

import threading

from sqlalchemy import func, select

from database import merging, packing, sessions
from database.tables import Comment, Tally
from reporting import counting
from reporting.scope import Scope
from settings import errors
from worker import corrections


def correct(url, said, label):
    """Give every comment of a text another label."""
    with sessions.reading(url) as session:
        comment_ids = session.scalars(select(Comment.id).where(Comment.text == said)).all()
    for comment_id in comment_ids:
        with sessions.writing(url) as session:
            corrections.correct(session, comment_id, label, "ana")


def merge(url):
    with sessions.writing(url) as session:
        return merging.merge(session)


def rows(url):
    with sessions.reading(url) as session:
        return session.scalars(select(Tally)).all()


def sums(url, *where):
    """Sum the tallies, in the order of `packing.COLUMNS`."""
    with sessions.reading(url) as session:
        columns = [func.coalesce(func.sum(getattr(Tally, kind)), 0) for kind in packing.COLUMNS]
        return tuple(session.execute(select(*columns).where(*where)).one())


def count(url, model_id, zone="UTC", **scope):
    """Count as a report does."""
    with sessions.reading(url) as session:
        return counting.count(session, Scope(**scope), model_id, zone)


def at_once(*calls):
    """Run calls in threads that begin together; gives what they gave, or the error that they ended with."""
    barrier, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(i, call):
        barrier.wait()
        try:
            results[i] = call()
        except errors.BrandpulseError as error:
            results[i] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
