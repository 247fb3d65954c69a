import contextlib
import smtplib
import socket
import ssl
import subprocess
import threading

import pytest

from settings import environment, errors
from tests import mail_server
from tests.reporting.documents import document
from worker import smtp

ANA = "ana@example.com"
SECRET = "pa/ss:w@rd"
WRITTEN = "pa%2Fss%3Aw%40rd"

# What aiosmtpd thinks of a server on this machine.
pytestmark = pytest.mark.filterwarnings("ignore:Requir:UserWarning", "ignore:tls_context:UserWarning")


def send(url, *, sender="reports@example.com", to=ANA):
    settings = environment.Settings(smtp_url=url, mail_from=sender)
    smtp.send(settings, document(), to, "7.abc")


def test_a_mail_has_a_text_an_html_and_the_chart_inside(mails):
    send(mails.url)
    [(to, mail)] = mails.mails
    assert to == [ANA]
    assert (mail["From"], mail["To"], mail["Auto-Submitted"]) == ("reports@example.com", ANA, "auto-generated")
    assert mail["Message-ID"] == "<brandpulse.7.abc@example.com>"
    assert mail["Subject"] == "Aurora, 2 November 2026: 60.0 % positive, 30.0 % negative"
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
    [image] = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert image.get_content().startswith(b"\x89PNG")
    html = mail.get_body(("html",)).get_content()
    assert f'src="cid:{image["Content-ID"].strip("<>")}"' in html
    assert "60.0 %" in mail.get_body(("plain",)).get_content()


def test_each_try_of_a_delivery_has_the_same_message_id(mails):
    send(mails.url)
    send(mails.url)
    assert len({mail["Message-ID"] for _, mail in mails.mails}) == 1


@pytest.fixture
def guarded():
    """A mail server that wants a password."""
    with mail_server.running(password=SECRET) as server:
        yield server


def test_the_password_is_given_where_the_server_wants_one(guarded):
    send(f"smtp://someone:{WRITTEN}@127.0.0.1:{guarded.port}")
    assert len(guarded.mails) == 1


def test_the_user_is_the_sender_where_none_is_named(guarded):
    send(f"smtp://me%40example.org:{WRITTEN}@127.0.0.1:{guarded.port}", sender=None)
    assert guarded.mails[0][1]["From"] == "me@example.org"


def test_a_wrong_password_is_refused_for_good_and_never_said(guarded):
    with pytest.raises(errors.DeliveryRefused) as caught:
        send(f"smtp://someone:not-{WRITTEN}@127.0.0.1:{guarded.port}")
    assert "535" in str(caught.value)
    assert "not-pa" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [("451 try later", errors.DeliveryFailed), ("550 no such user", errors.DeliveryRefused)],
)
@pytest.mark.parametrize("step", ["recipient", "message"])
def test_what_may_go_better_later_is_told_from_what_will_not(mails, step, answer, kind):
    if step == "recipient":
        mails.to_recipient[ANA] = answer
    else:
        mails.to_message = answer
    with pytest.raises(errors.DeliveryFailed) as caught:
        send(mails.url)
    assert type(caught.value) is kind
    assert answer in str(caught.value)
    assert mails.mails == []


def test_a_server_that_is_not_there_may_be_there_later(mails):
    mails.end()
    with pytest.raises(errors.DeliveryFailed) as caught:
        send(mails.url)
    assert type(caught.value) is errors.DeliveryFailed
    assert f"127.0.0.1:{mails.port}" in str(caught.value)


@contextlib.contextmanager
def breaking_off(after):
    """Run a server that takes so many commands and then parts without a word."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as said:
            connection.sendall(b"220 hello\r\n")
            for _ in range(after):
                answer = b"354 go on" if said.readline().startswith(b"data") else b"250 OK"
                connection.sendall(answer + b"\r\n")
            for line in said:
                if after < 4 or line == b".\r\n":
                    return

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
    thread.join()
    listener.close()


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_server_that_breaks_off_before_the_message_may_be_tried_again(after):
    with breaking_off(after) as url, pytest.raises(errors.DeliveryFailed) as caught:
        send(url)
    assert type(caught.value) is errors.DeliveryFailed


def test_of_a_server_that_breaks_off_after_the_message_nobody_knows_what_it_did():
    with breaking_off(4) as url, pytest.raises(errors.DeliveryUnsure):
        send(url)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate that nobody signed, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    made = ["-keyout", folder / "key.pem", "-out", folder / "cert.pem", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *made], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_the_way_to_the_server_is_encrypted_from_the_start_or_by_starttls(certificate, scheme):
    option = {"ssl_context" if scheme == "smtps" else "tls_context": certificate}
    with mail_server.running(password=SECRET, options={**option, "require_starttls": scheme == "smtp"}) as server:
        send(f"{scheme}://someone:{WRITTEN}@127.0.0.1:{server.port}")
        assert len(server.mails) == 1


def test_the_certificate_of_another_machine_has_to_be_signed(certificate, monkeypatch):
    monkeypatch.setattr(smtp.Server, "is_here", False)
    with mail_server.running(options={"tls_context": certificate}) as server:
        with pytest.raises(errors.DeliveryFailed, match="certificate"):
            send(server.url)
        assert server.mails == []


def test_a_password_is_not_sent_in_clear_to_another_machine(guarded, monkeypatch):
    monkeypatch.setattr(smtp.Server, "is_here", False)
    with pytest.raises(errors.DeliveryRefused, match="STARTTLS"):
        send(f"smtp://someone:{WRITTEN}@127.0.0.1:{guarded.port}")


def test_a_server_that_is_rude_at_the_end_has_taken_the_message_all_the_same(mails, monkeypatch):
    def rude(_self):
        raise smtplib.SMTPResponseException(421, b"go away")

    monkeypatch.setattr(smtplib.SMTP, "quit", rude)
    send(mails.url)
    assert len(mails.mails) == 1
