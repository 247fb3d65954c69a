import pytest

from settings import environment, errors


@pytest.fixture(autouse=True)
def _fresh_settings():
    environment.load.cache_clear()
    yield
    environment.load.cache_clear()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAX_ATTEMPTS", "zero"),
        ("MAX_ATTEMPTS", "0"),
        ("LEASE_SECONDS", "-1"),
        ("LOG_LEVEL", "loud"),
        ("DEFAULT_TIMEZONE", "Mars/Olympus"),
    ],
)
def test_a_wrong_value_fails_with_its_name_and_what_it_expects(monkeypatch, name, value):
    monkeypatch.setenv(f"BRANDPULSE_{name}", value)
    with pytest.raises(errors.WrongSetting) as caught:
        environment.load()
    assert f"BRANDPULSE_{name}" in str(caught.value)
    assert value in str(caught.value)
    assert environment.Settings.model_fields[name.lower()].description in str(caught.value)


def test_a_misspelt_setting_is_named(monkeypatch):
    monkeypatch.setenv("BRANDPULSE_DATABSE_URL", "sqlite:///a.db")
    with pytest.raises(errors.WrongSetting, match="BRANDPULSE_DATABSE_URL"):
        environment.load()
