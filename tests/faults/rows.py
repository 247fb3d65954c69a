"""The comments that are loaded, and their scores when nobody disturbs anything."""

import random

import numpy as np
from sqlalchemy import select

from database import schema, sessions
from database.engine import engine
from database.tables import Comment, Model, Score
from tests import processes, versions, wholeness

#: the two versions that are promoted in turn
VERSIONS = ("fast@1", "imdb@1")
SOURCE = "x"
#: of 400 rows one is a reject
EMPTY = 400


class Rows:
    """A file of comments of random words, and what a count by hand says of it."""

    def __init__(self, folder, count, names=VERSIONS):
        draw = random.Random(count)
        texts = [
            "" if i % EMPTY == EMPTY // 2 else " ".join(draw.choices(wholeness.WORDS, k=draw.randint(3, 25)))
            for i in range(count)
        ]
        self.count, self.rejected = count, texts.count("")
        self.path = folder / "rows.csv"
        lines = (f"{i},{text},2026-11-{i % 28 + 1:02}T{i % 24:02}:00:00Z\n" for i, text in enumerate(texts))
        self.path.write_text("id,text,created_at\n" + "".join(lines))
        #: by version and external id, probability and label when nobody disturbs anything
        self.scores = _undisturbed(self.path, folder / "undisturbed", names)


def _undisturbed(path, folder, names):
    """Load and score a file in embedded mode."""
    folder.mkdir()
    url = f"sqlite:///{folder}/brandpulse.db"
    env = processes.environment(url, folder, log_level="WARNING")
    schema.ensure(url)
    versions.begin_with_fast(url)
    processes.brandpulse("ingest", path, "--brand", "Lumo", "--source", SOURCE, env=env)
    for name in names[1:]:
        processes.brandpulse("rescore", "--model", name, env=env)
    processes.brandpulse("worker", "--drain", env=env)
    named = select(Model.name, Comment.external_id, Score.p_positive, Score.label)
    with sessions.reading(url) as session:
        joined = named.join(Score, Score.comment_id == Comment.id).join(Model, Model.id == Score.model_id)
        found = session.execute(joined).all()
    engine(url).dispose()
    # PostgreSQL writes a four-byte number by its shortest decimals, SQLite by those of eight bytes.
    return {(f"{name}@1", key): (np.float32(p), label) for name, key, p, label in found}
