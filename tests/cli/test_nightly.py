"""What is set of a brand, its nightly reports without a queue, and what became of their deliveries."""

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from cli.main import brandpulse
from tests import mail_server, web_server

ANA = "ana@example.com"


@pytest.fixture
def yesterday():
    return datetime.now(UTC).date() - timedelta(days=1)


@pytest.fixture
def mails(commands):
    """A mail server that the settings name."""
    with mail_server.running() as server:
        commands.set(smtp_url=server.url, mail_from="reports@example.com", nightly_at="00:00:00")
        yield server


@pytest.fixture
def lumo(commands, tmp_path, yesterday):
    """Two scored comments of yesterday about Lumo."""
    (tmp_path / "rows.csv").write_text(f"id,text,created_at\n1,good lamp,{yesterday}\n2,terrible lamp,{yesterday}\n")
    commands("run", tmp_path / "rows.csv", "--brand", "Lumo", "--source", "x")


@pytest.mark.usefixtures("lumo")
def test_what_is_said_of_a_brand_is_set_and_listed_and_the_rest_stays(commands):
    said = commands("brands", "set", "Lumo", "--timezone", "Europe/Berlin", "--handle", "@lumo")
    assert said == "Lumo: time zone Europe/Berlin; handles @lumo; recipients none.\n"
    done = commands.said("brands", "set", "Lumo", "--recipient", ANA, "--recipient", "json://me:s3cret@host/s3cret")
    lumo = {"brand": "Lumo", "timezone": "Europe/Berlin", "handles": ["@lumo"]}
    assert done == {**lumo, "recipients": [ANA, "json://me:****@host/…"]}
    assert commands.said("brands", "list") == {"brands": [done]}
    assert "s3cret" not in commands("brands", "list")
    assert commands.said("brands", "set", "Lumo", "--no-recipients", "--no-handles")["recipients"] == []


@pytest.mark.usefixtures("lumo")
def test_what_cannot_be_set_is_refused_in_one_sentence_and_nothing_is(commands):
    assert "There is no brand 'Lumi'" in commands.refused("brands", "set", "Lumi", "--timezone", "UTC")
    assert "There is no time zone 'Mars/Olympus'" in commands.refused(
        "brands", "set", "Lumo", "--timezone=Mars/Olympus"
    )
    assert "no e-mail address" in commands.refused("brands", "set", "Lumo", "--handle=@lumo", "--recipient=ana")
    assert commands.said("brands", "list")["brands"][0]["handles"] == []
    both = CliRunner().invoke(brandpulse, ["brands", "set", "Lumo", "--recipient", ANA, "--no-recipients"])
    assert both.exit_code == 2
    assert commands.said("brands", "set", "Lumi", "--new")["brand"] == "Lumi"


@pytest.mark.usefixtures("lumo")
def test_a_night_is_reported_and_delivered_by_one_command_and_a_second_one_does_nothing(commands, mails, yesterday):
    with web_server.running() as web:
        hook = f"json://127.0.0.1:{web.server_address[1]}/hook"
        commands("brands", "set", "Lumo", "--recipient", ANA, "--recipient", hook)
        done = commands.said("nightly")
        assert done == {
            "reports": [{"brand": "Lumo", "day": str(yesterday), "revision": 1}],
            "delivered": 3,
            "forgotten": 0,
            "failed": [],
        }
        assert commands("nightly") == "Reports made: 0. Deliveries done: 0.\n"
    assert (len(mails.mails), len(web.posted)) == (1, 1)
    found = commands.said("deliveries", "list")["deliveries"]
    assert [(one["channel"], one["state"]) for one in found] == [
        ("apprise", "sent"),
        ("email", "sent"),
        ("folder", "sent"),
    ]
    assert "hook" not in found[0]["recipient"]
    [shown] = [check for check in commands.said("doctor")["checks"] if check["name"] == "deliveries"]
    assert shown["detail"] == "3 sent"


@pytest.mark.usefixtures("lumo")
def test_a_delivery_that_failed_is_shown_and_taken_up_again(commands, mails):
    commands("brands", "set", "Lumo", "--recipient", ANA)
    mails.to_recipient[ANA] = "550 no such user"
    refused = commands.refused("nightly")
    assert refused.startswith("1 delivery failed, number 2: ")
    assert "550 no such user" in refused
    [failed] = commands.said("deliveries", "list", "--state", "failed")["deliveries"]
    assert (failed["brand"], failed["recipient"], failed["attempts"]) == ("Lumo", ANA, 1)
    doctor = CliRunner().invoke(brandpulse, ["doctor"], terminal_width=200)
    assert doctor.exit_code == 1
    assert "550 no such user" in " ".join(doctor.output.split())
    mails.to_recipient.clear()
    said = commands("deliveries", "retry", failed["delivery"])
    assert said == "1 delivery is taken up again. `brandpulse nightly` sends them.\n"
    commands("nightly")
    assert len(mails.mails) == 1
    assert "only what failed" in commands.refused("deliveries", "retry", failed["delivery"])
    assert "There is no delivery 99" in commands.refused("deliveries", "retry", 99)
    assert CliRunner().invoke(brandpulse, ["deliveries", "retry"]).exit_code == 2


@pytest.mark.usefixtures("lumo")
def test_doctor_says_that_a_mail_server_is_missing_once_somebody_wants_mail(commands):
    checks = commands.said("doctor")["checks"]
    assert {check["name"]: check["ok"] for check in checks}["mail server"]
    commands("brands", "set", "Lumo", "--recipient", ANA)
    doctor = CliRunner().invoke(brandpulse, ["doctor"], terminal_width=200)
    assert (doctor.exit_code, "BRANDPULSE_SMTP_URL" in doctor.output) == (1, True)


def test_doctor_tells_whether_the_mail_server_takes_the_password_and_never_says_it(commands):
    with mail_server.running() as server:
        port = server.port
        commands.set(smtp_url=server.url, mail_from="reports@example.com")
        assert {check["name"]: check["ok"] for check in commands.said("doctor")["checks"]}["mail server"]
    commands.set(smtp_url=f"smtp://someone:s3cret@127.0.0.1:{port}")
    doctor = CliRunner().invoke(brandpulse, ["doctor", "--json"])
    assert doctor.exit_code == 1
    assert "cannot be used" in doctor.output
    assert "s3cret" not in doctor.output
