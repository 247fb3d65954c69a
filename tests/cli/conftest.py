"""The commands in this process, where a test has no need of processes of its own: those cost seconds each."""

import json

import pytest
from click.testing import CliRunner

from cli.main import brandpulse
from settings import environment, errors
from tests import processes, versions
from worker import deployment


class Commands:
    """Runs `brandpulse`, over a database and settings that no other test sees."""

    def __init__(self, monkeypatch):
        self._monkeypatch = monkeypatch

    def set(self, **settings):
        """Change settings."""
        for name, value in settings.items():
            self._monkeypatch.setenv(f"BRANDPULSE_{name.upper()}", str(value))
        environment.load.cache_clear()

    def __call__(self, *arguments, stdin=None):
        """Run a command and give what it prints."""
        done = CliRunner().invoke(brandpulse, list(map(str, arguments)), input=stdin)
        assert done.exit_code == 0, done.exception
        return done.stdout

    def said(self, *arguments, stdin=None):
        """Run a command and give its JSON document."""
        return json.loads(self(*arguments, "--json", stdin=stdin))

    def refused(self, *arguments):
        """Run a command that has to fail, and give the sentence that is printed before it exits with 1."""
        done = CliRunner().invoke(brandpulse, list(map(str, arguments)))
        assert isinstance(done.exception, errors.BrandpulseError), done.output
        return str(done.exception)


@pytest.fixture
def commands(database_url, tmp_path, monkeypatch):
    """Commands over `database_url`."""
    made = Commands(monkeypatch)
    versions.begin_with_fast(database_url)
    folders = {"cache_folder": processes.cache(tmp_path / "cache"), "reports_folder": tmp_path / "reports"}
    made.set(database_url=database_url, retry_delay_seconds=0, max_attempts=2, **folders)
    deployment.load_model.cache_clear()
    yield made
    environment.load.cache_clear()
    deployment.load_model.cache_clear()
