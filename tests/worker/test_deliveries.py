import signal
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from database import sessions
from database.tables import Delivery
from settings import errors
from tests import processes
from tests.worker.conftest import MORNING
from worker import deliveries, following, nightly_reports, sending

ANA, BEN = "ana@example.com", "ben@example.com"
LATER = timedelta(hours=2, minutes=1)


@pytest.fixture
def settings(settings, mails):
    """The settings, with the mail server."""
    return settings.model_copy(update={"smtp_url": mails.url, "mail_from": "reports@example.com"})


@pytest.fixture
def addressed(told, brand):
    """Two comments of a night, whose report goes to two people."""
    told(2, "good", "bad")
    brand(recipients=[ANA, BEN])


def minutes(number):
    return MORNING + timedelta(minutes=number)


def listed(database_url, now=MORNING, state=None):
    with sessions.reading(database_url) as session:
        return following.latest(session, now, state, 50)


@pytest.mark.usefixtures("addressed")
def test_a_report_goes_to_the_folder_and_once_to_each_recipient(settings, night, mails, deliveries_of):
    night()
    night()
    assert [to for to, _ in mails.mails] == [[ANA], [BEN]]
    assert deliveries_of("folder") == [("sent", 1, None)]
    assert deliveries_of("email") == [("sent", 1, None)] * 2
    assert [path.name for path in settings.reports_folder.iterdir()] == ["Aurora_2026-11-02_r1.html"]


@pytest.mark.usefixtures("addressed")
def test_several_that_deliver_at_once_send_one_mail_each(settings, mails, database_url):
    nightly_reports.make_all(settings, MORNING)
    several = [threading.Thread(target=sending.deliver_due, args=(settings, MORNING)) for _ in range(4)]
    for one in several:
        one.start()
    for one in several:
        one.join()
    assert sorted(to for to, _ in mails.mails) == [[ANA], [BEN]]
    assert {one["state"] for one in listed(database_url)} == {"sent"}


@pytest.mark.usefixtures("addressed")
def test_one_whose_process_was_killed_while_it_sent_is_not_sent_again_and_shown(settings, mails, database_url):
    [made] = nightly_reports.make_all(settings, MORNING)
    with sessions.writing(database_url) as session:
        assert deliveries.claim(session, made.deliveries[1], MORNING)
    sending.deliver_due(settings, minutes(5))
    sending.deliver_due(settings, minutes(60))
    assert [to for to, _ in mails.mails] == [[BEN]]
    assert [one["state"] for one in listed(database_url, minutes(5))] == ["sent", "sending", "sent"]
    [failed] = listed(database_url, minutes(60), "failed")
    assert (failed["recipient"], failed["error"]) == (ANA, deliveries.UNSURE)
    with sessions.writing(database_url) as session, pytest.raises(errors.WrongInput, match="is being sent"):
        following.retry(session, [failed["delivery"]], minutes(5))
    with sessions.writing(database_url) as session:
        following.retry(session, [failed["delivery"]], minutes(60))
    sending.deliver_due(settings, minutes(60))
    assert [to for to, _ in mails.mails] == [[BEN], [ANA]], "a person said so"


@pytest.mark.usefixtures("addressed")
def test_a_process_killed_over_the_message_leaves_one_mail_behind(settings, mails, database_url, tmp_path):
    nightly_reports.make_all(settings, MORNING)
    with sessions.writing(database_url) as session:
        session.execute(update(Delivery).values(due_at=datetime(2026, 1, 1, tzinfo=UTC)))
    named = {"model": "words@1", "smtp_url": mails.url, "mail_from": "reports@example.com"}
    env = processes.environment(database_url, tmp_path, **named)
    running = []
    mails.before_answer = lambda: running.pop().kill() if running else None
    running.append(process := processes.start("nightly", env=env))
    assert process.wait() == -signal.SIGKILL
    process.communicate()
    processes.brandpulse("nightly", env=env)
    of_night = [to for to, mail in mails.mails if "2 November 2026" in mail["Subject"]]
    assert sorted(of_night) == [[ANA], [BEN]]
    [state] = {one["state"] for one in listed(database_url, datetime.now(UTC)) if one["recipient"] == ANA}
    assert state == "sending", "and in ten minutes failed"


@pytest.mark.usefixtures("addressed")
def test_a_server_that_is_down_is_tried_again_with_growing_delay(settings, mails, deliveries_of):
    mails.end()
    nightly_reports.make_all(settings, MORNING)
    tries = []
    for minute in range(0, 60, 5):
        sending.deliver_due(settings, minutes(minute))
        tries.append(deliveries_of("email")[0][1])
    assert tries == [1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4], "after 5, 10 and 20 minutes"
    assert "cannot be used" in deliveries_of("email")[0][2]
    mails.begin()
    sending.deliver_due(settings, minutes(75))
    assert [to for to, _ in mails.mails] == [[ANA], [BEN]]
    assert deliveries_of("email") == [("sent", 5, None)] * 2


@pytest.mark.usefixtures("addressed")
def test_after_the_last_try_it_is_failed_shown_and_taken_up_by_a_retry(settings, mails, deliveries_of, database_url):
    mails.end()
    nightly_reports.make_all(settings, MORNING)
    for hour in range(10):
        sending.deliver_due(settings, minutes(120 * hour))
    assert [row[:2] for row in deliveries_of("email")] == [("failed", deliveries.MOST_ATTEMPTS)] * 2
    with (
        sessions.reading(database_url) as session,
        pytest.raises(errors.DeliveryFailed, match="2 failed in the last 7 days"),
    ):
        following.trouble(session, minutes(1200))
    mails.begin()
    with sessions.writing(database_url) as session:
        assert len(following.retry(session, None, minutes(1201))) == 2
    sending.deliver_due(settings, minutes(1201))
    assert len(mails.mails) == 2
    with sessions.reading(database_url) as session:
        assert following.trouble(session, minutes(1201)) == "3 sent"


@pytest.mark.usefixtures("addressed")
def test_one_recipient_that_is_refused_keeps_no_other_from_theirs(night, mails, database_url):
    mails.to_recipient = {ANA: "550 5.1.1 no such user"}
    night()
    night(minutes(300))
    assert [to for to, _ in mails.mails] == [[BEN]]
    [failed] = listed(database_url, state="failed")
    assert (failed["recipient"], failed["attempts"]) == (ANA, 1)
    assert "550 5.1.1 no such user" in failed["error"]


@pytest.mark.usefixtures("addressed")
def test_who_is_no_recipient_any_more_gets_nothing_that_waited(settings, night, mails, brand, deliveries_of):
    mails.end()
    night()
    brand(recipients=[BEN])
    mails.begin()
    night(minutes(10))
    assert [to for to, _ in mails.mails] == [[BEN]]
    assert deliveries_of("email")[0][0] == "failed"
    assert "no recipient" in deliveries_of("email")[0][2]


def test_without_a_mail_server_that_is_said_and_the_page_is_written(settings, told, brand, night, deliveries_of):
    told(2, "good")
    brand(recipients=[ANA])
    night(smtp_url=None)
    [(state, _, why)] = deliveries_of("email")
    assert (state, deliveries_of("folder")[0][0]) == ("failed", "sent")
    assert "BRANDPULSE_SMTP_URL" in why


def test_a_folder_that_cannot_be_written_to_is_tried_again(settings, told, night, deliveries_of):
    told(2, "good")
    settings.reports_folder.write_text("no folder")
    night()
    [(state, _, why)] = deliveries_of("folder")
    assert state == "pending"
    assert "cannot be written" in why
    settings.reports_folder.unlink()
    night(minutes(5))
    assert deliveries_of("folder") == [("sent", 2, None)]


def test_of_later_revisions_people_get_those_that_say_something_new(told, night, mails, brand):
    told(2, *["good"] * 50, *["bad"] * 50)
    brand(recipients=[ANA])
    night()
    told(2, "good")
    assert night(MORNING + LATER) == [("2026-11-02", 2)]
    assert len(mails.mails) == 1, "half a point is no news"
    told(2, "good", "good")
    assert night(MORNING + 2 * LATER) == [("2026-11-02", 3)]
    assert len(mails.mails) == 2, "but small steps add up"
    said = mails.mails[1][1].get_body(("plain",)).get_content()
    assert "Since revision 1: 3 comments more were loaded" in said, "what the reader was sent last"
    told(2, *["good"] * 5, *["bad"] * 6)
    night(MORNING + 3 * LATER)
    assert len(mails.mails) == 3, "a tenth more comments"
    assert [mail["Subject"].count("revision") for _, mail in mails.mails] == [0, 1, 1]


def test_a_brand_that_two_revisions_went_to_has_each_of_its_deliveries_once(told, night, mails, brand, database_url):
    told(2, "good")
    brand(recipients=[ANA, ANA])
    night()
    told(2, "bad")
    night(MORNING + LATER)
    with sessions.reading(database_url) as session:
        found = session.scalars(select(Delivery.state)).all()
    assert (found, len(mails.mails)) == (["sent"] * 4, 2)
