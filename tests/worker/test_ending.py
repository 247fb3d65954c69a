"""The clock of a worker that was told to end."""

import signal

from worker import ending

GRACE_SECONDS = 3_600  # longer than the alarm that pytest sets each test


def test_no_alarm_rings_once_a_worker_has_ended_in_time(monkeypatch):
    monkeypatch.setattr(signal, "signal", lambda *_handled: None)  # of pytest, which stays as it is
    with ending.timed():
        ending.Ending(GRACE_SECONDS, lambda: None).tell()
        assert signal.getitimer(signal.ITIMER_REAL)[0] > GRACE_SECONDS / 2
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
