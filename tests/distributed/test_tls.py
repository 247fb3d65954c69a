"""PostgreSQL and Redis over TLS by their addresses alone, with certificates that the test makes."""

import pytest
from sqlalchemy import make_url

from database import schema
from settings import addresses, errors
from settings.environment import Settings
from tests import processes, tls_end, versions, wholeness
from worker import broker
from worker.checks import database as checks_of_database
from worker.checks import queue as checks_of_queue

NAME = "localhost"


@pytest.fixture
def authority(tmp_path):
    """The authority that signed the servers' certificates."""
    return tls_end.Authority(tmp_path)


@pytest.fixture
def other_authority(tmp_path):
    return tls_end.Authority(tmp_path)


@pytest.fixture
def database(postgres_url, authority):
    """Write addresses of an encrypted PostgreSQL."""
    place = make_url(postgres_url)
    host, port = place.query.get("host", place.host), place.port or int(place.query.get("port", 5432))
    server = f"{host}/.s.PGSQL.{port}" if host.startswith("/") else (host, port)

    def address(host=NAME, **options):
        return place.set(host=host, port=port, query=options).render_as_string(hide_password=False)

    with tls_end.before(server, authority.context(NAME), of_postgresql=True) as port:
        yield address


@pytest.fixture
def queue(redis_server, authority):
    """Write addresses of an encrypted Redis."""
    with tls_end.before(("127.0.0.1", redis_server.port), authority.context(NAME)) as port:

        def address(file, host=NAME, checked="required"):
            return f"rediss://{host}:{port}/0?ssl_cert_reqs={checked}&ssl_ca_certs={file}"

        yield address


def checked(file):
    return {"sslmode": "verify-full", "sslrootcert": str(file)}


def test_comments_are_loaded_and_scored_where_both_servers_are_encrypted(database, queue, authority, tmp_path):
    url = database(**checked(authority.file))
    versions.begin_with_fast(url)
    (tmp_path / "rows.csv").write_text("text\na wonderful lamp\nan awful lamp\n")
    env = processes.environment(url, tmp_path, broker_url=queue(authority.file), log_level="WARNING")
    processes.brandpulse("ingest", tmp_path / "rows.csv", "--brand", "Lumo", env=env)
    worker = processes.start("worker", "--concurrency", "1", env=env)
    try:
        processes.wait_until(lambda: wholeness.count_chunks(url, "done") == 1, worker)
        assert "worker-" in processes.brandpulse("health", "worker", env=env)
    finally:
        worker.terminate()
        worker.communicate()


def test_a_database_whose_certificate_another_authority_signed_is_refused(database, other_authority):
    with pytest.raises(errors.DatabaseUnavailable, match=r"verify failed.*name the file of the one that did"):
        schema.check(database(**checked(other_authority.file)))


def test_a_database_whose_certificate_is_of_another_name_is_refused(database, authority):
    with pytest.raises(errors.DatabaseUnavailable, match=r"does not match.*as its certificate does"):
        schema.check(database("127.0.0.1", **checked(authority.file)))


def test_a_database_of_whose_authority_there_is_no_file_is_refused(database, tmp_path):
    with pytest.raises(errors.DatabaseUnavailable, match=r"does not exist.*by sslrootcert=FILE"):
        schema.check(database(**checked(tmp_path / "none.pem")))


@pytest.mark.parametrize("option", [{"sslmode": "strict"}, {"sslmodus": "verify-full"}])
def test_an_option_that_the_driver_does_not_know_is_refused_in_one_sentence(database, option):
    with pytest.raises(errors.DatabaseUnavailable, match=r"invalid .*behind the \?"):
        schema.check(database(**option))


def test_a_queue_whose_certificate_another_authority_signed_is_refused(queue, other_authority):
    with pytest.raises(errors.BrokerUnavailable, match=r"verify failed.*name the file of the one that did"):
        broker.check(queue(other_authority.file))


def test_a_queue_whose_certificate_is_of_another_name_is_refused(queue, authority):
    with pytest.raises(errors.BrokerUnavailable, match=r"mismatch.*as its certificate does"):
        broker.check(queue(authority.file, "127.0.0.1"))


def test_a_queue_of_whose_authority_there_is_no_file_is_refused(queue, tmp_path):
    with pytest.raises(errors.BrokerUnavailable, match=r"Name files that are there by ssl_ca_certs"):
        broker.check(queue(tmp_path / "none.pem"))


def test_a_queue_that_is_encrypted_is_not_talked_to_in_clear(queue, authority):
    with pytest.raises(errors.BrokerUnavailable, match=r"Is it encrypted there\?"):
        broker.check(queue(authority.file).replace("rediss://", "redis://").partition("?")[0])


# Of another machine by its name, and this one by its address.
ELSEWHERE, SHORT = "elsewhere.example", "127.1"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"sslmode": "require"}, "encrypted, but who answers is not checked"),
        ({"sslmode": "verify-ca"}, "encrypted, but who answers is not checked"),
    ],
)
def test_doctor_says_that_nobody_checks_which_database_answers(database, authority, options, said):
    url = database(ELSEWHERE, hostaddr="127.0.0.1", sslrootcert=str(authority.file), **options)
    assert said in checks_of_database.usable(Settings(database_url=url))


def test_doctor_says_that_the_way_to_a_database_is_not_encrypted(postgres_url):
    place = make_url(postgres_url)
    assert "the way there" not in checks_of_database.usable(Settings(database_url=postgres_url))
    away = place.update_query_dict({"host": f"{place.query['host']},{ELSEWHERE}"}).render_as_string(hide_password=False)
    assert "the way there is not encrypted" in checks_of_database.usable(Settings(database_url=away))


def test_doctor_says_that_a_queue_elsewhere_is_not_encrypted_or_not_checked(queue, redis_server, authority):
    assert "the way there" not in checks_of_queue.usable(queue(authority.file))
    in_clear = f"redis://{SHORT}:{redis_server.port}/0"
    assert addresses.is_elsewhere(in_clear)
    assert "the way there is not encrypted" in checks_of_queue.usable(in_clear)
    assert "who answers is not checked" in checks_of_queue.usable(queue(authority.file, SHORT, "none"))
