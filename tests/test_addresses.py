"""Addresses hold passwords: the wrong ones are refused before a library that would quote them sees them."""

import pytest

from settings import addresses, environment, errors

SECRET = "Zq9"


@pytest.fixture
def read(monkeypatch):
    """Read the settings with one of them set."""

    def read(name, value):
        monkeypatch.setenv(f"BRANDPULSE_{name}", value)
        environment.load.cache_clear()
        return getattr(environment.load(), name.lower())

    yield read
    environment.load.cache_clear()


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("DATABASE_URL", "postgresql+psycopg://u:Zq9@h/db"),
        ("DATABASE_URL", "postgresql+psycopg://u:a:b@[::1]:5432/db?sslmode=verify-full&sslrootcert=/ca.pem"),
        ("DATABASE_URL", "postgresql+psycopg:///db?host=/run/postgresql"),
        ("DATABASE_URL", "postgresql+psycopg://u:Zq9%40%2F%23@h/db?options=-c%20search_path%3Dx@y"),
        ("DATABASE_URL", "sqlite:////home/a@b/brandpulse.db"),
        ("BROKER_URL", "redis://:Zq9@h:6379/0"),
        ("BROKER_URL", "redis://h"),
        ("BROKER_URL", "rediss://u:Zq9@h/1?ssl_cert_reqs=required&ssl_ca_certs=/ca.pem"),
        ("BROKER_URL", "amqp://u:Zq9@one//;amqp://u:Zq9@two//"),
        ("SMTP_URL", "smtp://ana%40example.com:Zq9@h:587"),
    ],
)
def test_an_address_that_can_be_taken_apart_is_taken(read, name, url):
    assert read(name, url) == url


@pytest.mark.parametrize(
    ("name", "url", "what"),
    [
        ("DATABASE_URL", "postgresql+psycopg://u:a@Zq9@h/db", "%40 for @"),
        ("DATABASE_URL", "postgresql+psycopg://u:a/Zq9@h/db", "%2F for /"),
        ("DATABASE_URL", "postgresql+psycopg://u:a#Zq9@h/db", "%23 for #"),
        ("DATABASE_URL", "postgresql+psycopg://u:a?Zq9@h/db", "%3F for ?"),
        ("DATABASE_URL", "postgresql+psycopg://u:[Zq9@h/db", "%5B for ["),
        ("DATABASE_URL", "postgresql+psycopg://h:Zq9/db", "cannot be taken apart"),
        ("DATABASE_URL", "postgresql+psycopg://h:99999/db", "from 1 to 65535"),
        ("DATABASE_URL", "postgresql+psycopg://u@h/db?password=Zq9", "before the host"),
        ("DATABASE_URL", "mysql://h/db?password=Zq9", "sqlite:///FILE"),
        ("BROKER_URL", "redis://:a/Zq9@h/0", "%2F for /"),
        ("BROKER_URL", "redis://h:Zq9/0", "cannot be taken apart"),
        ("BROKER_URL", "redis://:a;Zq9@h/0", "cannot be taken apart"),
        ("BROKER_URL", "redis://h/Zq9", "number of its database"),
        ("BROKER_URL", "redis://h/0?password=Zq9", "before the host"),
        ("BROKER_URL", "redis://h/0?foo=Zq9", "ssl_ca_certs"),
        ("BROKER_URL", "redis://h/0?ssl_ca_certs=/Zq9.pem", "write rediss://"),
        ("BROKER_URL", "rediss://:Zq9@h/0", "?ssl_cert_reqs=required&ssl_ca_certs=FILE"),
        ("BROKER_URL", "rediss://:Zq9@h/0?ssl_cert_reqs=maybe", "?ssl_cert_reqs=required&ssl_ca_certs=FILE"),
        ("BROKER_URL", "kafka://Zq9", "redis://HOST/0"),
        ("SMTP_URL", "smtp://u:a@Zq9@h", "%40 for @"),
        ("SMTP_URL", "smtp://h:Zq9", "cannot be taken apart"),
        ("AUTHOR_KEY", "Zq9", "16 characters"),
    ],
)
def test_any_other_is_refused_in_one_sentence_that_quotes_nothing_of_it(read, name, url, what):
    with pytest.raises(errors.WrongSetting) as caught:
        read(name, url)
    said = str(caught.value)
    assert said.startswith(f"BRANDPULSE_{name} ")
    assert what in said
    assert SECRET not in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql+psycopg://u:Zq9@h:5/db?sslpassword=Zq9", "postgresql+psycopg://u:***@h:5/db"),
        ("postgresql+psycopg://u@h/db", "postgresql+psycopg://u@h/db"),
        ("postgresql+psycopg://u:a;Zq9@h/db", "postgresql+psycopg://u:***@h/db"),
        ("sqlite:///brandpulse.db", "sqlite:///brandpulse.db"),
    ],
)
def test_an_address_is_shown_without_password_and_options(url, shown):
    assert addresses.shown(url) == shown


def test_of_several_queues_each_is_shown_without_its_password():
    url = "amqp://u:Zq9@one//;amqp://u:Zq9@two//?x=Zq9"
    assert addresses.shown_queue(url) == "amqp://u:***@one//;amqp://u:***@two//"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "[::1]", "", "%2Frun%2Fpostgresql"])
def test_a_server_of_this_machine_is_known_as_such(host):
    assert not addresses.is_elsewhere(f"postgresql+psycopg://u@{host}/db")


@pytest.mark.parametrize("end", ["db.example/db", "10.0.0.1/db", "/db?host=/run,db.example", "/db?host=one:5432"])
def test_a_server_on_another_machine_is_known_as_such(end):
    assert addresses.is_elsewhere(f"postgresql+psycopg://u@{end}")
