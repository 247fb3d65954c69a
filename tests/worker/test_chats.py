import socket

import pytest

from settings import errors
from tests.reporting.documents import document
from worker import chats, recipients


def address(server, options=""):
    return f"json://someone:secret@127.0.0.1:{server.server_address[1]}/token{options}"


def test_a_webhook_gets_the_answer_and_what_has_to_be_known(web):
    chats.send(document(), address(web))
    [posted] = web.posted
    assert posted["title"] == "Aurora, 2 November 2026: 60.0 % positive, 30.0 % negative"
    assert posted["message"].startswith("Aurora: 60.0 % positive, 30.0 % negative of 10 scored comments")
    assert "not scored yet" in posted["message"]


@pytest.mark.parametrize(
    ("code", "kind"),
    [(503, errors.DeliveryFailed), (429, errors.DeliveryFailed), (404, errors.DeliveryRefused)],
)
def test_what_may_go_better_later_is_told_from_what_will_not(web, code, kind):
    web.code = code
    with pytest.raises(errors.DeliveryFailed) as caught:
        chats.send(document(), address(web))
    assert "token" not in str(caught.value)
    assert type(caught.value) is kind
    assert str(code) in str(caught.value)
    assert "secret" not in str(caught.value)
    assert len(web.posted) == 1, "nobody tries it again behind our back"


def test_a_server_that_is_not_there_may_be_there_later():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(errors.DeliveryFailed, match="cannot be reached") as caught:
        chats.send(document(), f"json://127.0.0.1:{port}/")
    assert type(caught.value) is errors.DeliveryFailed


def test_of_a_server_that_does_not_answer_nobody_knows_what_it_did(web):
    web.delay = 1.0
    with pytest.raises(errors.DeliveryUnsure):
        chats.send(document(), address(web, "?rto=0.2"))
    assert len(web.posted) == 1


@pytest.mark.parametrize(
    "good",
    [
        "ana@example.com",
        "json://host/path",
        "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    ],
)
def test_addresses_of_mail_and_of_apprise_are_taken(good):
    assert recipients.check(f" {good} ") == good


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("ana", "no e-mail address"),
        ("ana@", "no e-mail address"),
        ("ana@example.com, ben@example.com", "no e-mail address"),
        ("Ana <ana@example.com>", "no e-mail address"),
        ("ana@example.com\nBcc: ben@example.com", "no e-mail address"),
        ("foo://host/s3cret", "foo://… is no address that Apprise knows"),
        ("json://host/?retry=3", "several messages"),
        ("tgram://123456789:alphanumeric/12315544/12315545", "several messages"),
        ("json://host/" + "a" * 300, "longer than 255"),
    ],
)
def test_what_is_no_address_is_refused_in_one_sentence_without_its_tokens(wrong, said):
    with pytest.raises(errors.WrongInput) as caught:
        recipients.check(wrong)
    assert said in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("json://someone:s3cret@host/hook/s3cret?rto=3", "json://someone:****@host/…"),
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#brand", "slack://T...2/A...D/T...Q/%23brand/"),
        ("ana@example.com", "ana@example.com"),
    ],
)
def test_an_address_is_shown_without_its_password_and_tokens(address, shown):
    assert recipients.shown(address) == shown
