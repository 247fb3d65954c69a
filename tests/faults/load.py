"""A file that is being loaded and scored: `brandpulse ingest`, run again with the same file where it was stopped."""

from tests.faults import stage as staging
from tests.faults.rows import SOURCE

DONE = """
    SELECT coalesce(sum(k.comments), 0)::bigint FROM chunks k JOIN jobs j ON j.id = k.job_id
    JOIN batches b ON b.id = j.batch_id WHERE b.options->>'brand' = %s AND k.state = 'done'
"""
NEW = "SELECT coalesce(sum(loaded + rejected), 0)::bigint FROM batches WHERE options->>'brand' = %s"
OPEN = "SELECT count(*) FROM chunks WHERE state IN ('pending', 'running')"


class Load:
    """One file under one brand."""

    def __init__(self, stage, rows, brand):
        self.stage, self.rows, self.brand = stage, rows, brand
        #: other ingests of the same file, run at the same time
        self.beside = []
        #: how often it was run
        self.runs = 0
        self.process = self.begin()

    def begin(self):
        """Start one more `ingest` of the file; gives its process."""
        self.runs += 1
        arguments = ("ingest", self.rows.path, "--brand", self.brand, "--source", SOURCE)
        return self.stage.run(*arguments, log="ingest")

    def begin_beside(self):
        """Start one more at the same time, that is not run again."""
        self.beside.append(self.begin())

    def tend(self):
        """Run it again where it was stopped; tells whether it has ended well."""
        if self.process.poll():
            self.process = self.begin()
        return self.process.poll() == 0

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        for process in (self.process, *self.beside):
            staging.end(process)

    def read_share(self):
        """Tell what part of the file has become comments or rejects."""
        [(new,)] = self.stage.ask(NEW, self.brand)
        return new / self.rows.count

    def share(self):
        """Tell what part of all there is to do is done: half of it is loading, the other half scoring."""
        [(comments,)] = self.stage.ask(DONE, self.brand)
        return (self.read_share() + comments / self.rows.count) / 2

    def is_scored(self):
        """Tell whether all is loaded, and no chunk is pending or running."""
        ended = all(process.poll() is not None for process in self.beside)
        return self.tend() and ended and self.stage.ask(OPEN) == [(0,)]
