import csv
import json
import shlex

import pytest
from click.testing import CliRunner

from cli.main import brandpulse
from cli.training import train
from settings import environment
from tests.model_store.conftest import reviews

pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"  # Keras 3.15 over NumPy 2
)


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    environment.load.cache_clear()
    path = tmp_path / "my own.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["body", "sentiment"])
        rows.writerows(zip(*reviews(240), strict=True))
    return path


def tune(*options, exit_code=0):
    done = CliRunner().invoke(brandpulse, ["models", "tune", *map(str, options)])
    assert done.exit_code == exit_code, done.output
    return done


def test_trials_are_shown_written_and_drawn_and_the_command_trains_the_best(own, tmp_path):
    options = ("--data", own, "--map", "body=text", "--epochs", 2, "--language", "en", "--language", "de")
    found = json.loads(tune("--recipe", "imdb", *options, "--minutes", 5, "--trials", 3, "--json").stdout)
    folder = tmp_path / "tuning" / "imdb"
    assert {path.name for path in folder.iterdir()} == {"trials.csv", "trials.png", "trials.svg"}
    assert found["folder"] == "tuning/imdb"
    assert len(found["trials"]) == len((folder / "trials.csv").read_text().splitlines()) - 1 == 3
    words = shlex.split(found["command"])
    assert words[:5] == ["brandpulse", "models", "train", "--recipe", "imdb"]
    given = train.make_context("train", words[3:]).params
    assert (given["data"], given["mapping"], given["languages"]) == ((own,), ("body=text",), ("en", "de"))
    best = next(trial for trial in found["trials"] if trial["number"] == found["best"])
    assert {name: given[name] for name in best["options"] if name != "languages"} == {
        name: value for name, value in best["options"].items() if name != "languages"
    }
    trained = CliRunner().invoke(brandpulse, [*words[1:], "--json"])
    assert json.loads(trained.stdout)["metrics"]["validation_accuracy"] == best["val_accuracy"]


def test_people_read_every_trial_and_the_command(own, tmp_path):
    options = ("--data", own, "--map", "body=text", "--epochs", 1, "--optimizer", "adam", "--output", tmp_path / "here")
    shown = tune("--recipe", "imdb", *options, "--minutes", 5, "--trials", 1).stdout
    assert "Searching l2, dropout, batch_size, learning_rate." in shown
    assert "complete in" in shown
    assert "brandpulse models train --recipe imdb --data '" in shown
    again = tune("--recipe", "imdb", *options, "--minutes", 1, exit_code=1)
    assert "holds the trials of another search: choose another --output" in str(again.exception)


def test_a_time_in_which_no_epoch_ends_is_said_in_one_sentence(own, tmp_path):
    options = ("--data", own, "--map", "body=text", "--minutes", "0.00001")
    done = tune("--recipe", "imdb", *options, exit_code=1)
    assert str(done.exception).startswith("No trial came to the end of an epoch before the search ended")
    assert list((tmp_path / "tuning" / "imdb").iterdir()) == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--minutes", 1), "--recipe"),
        (("--recipe", "imdb"), "--minutes"),
        (("--recipe", "imdb", "--minutes", 0), "--minutes"),
        (("--recipe", "imdb", "--minutes", 1, "--trials", 0), "--trials"),
        (("--recipe", "imdb", "--minutes", 1, "--grid"), "leave out --grid"),
        (("--recipe", "imdb", "--minutes", 1, "--units", 4), "has no option --units"),
    ],
)
def test_wrong_usage_is_said(own, options, said):
    assert said in tune(*options, "--data", own, exit_code=2).output


def test_nothing_left_to_search_is_wrong_usage(own):
    given = ("--optimizer", "sgd", "--learning-rate", 1, "--l2", 0, "--dropout", 0, "--batch-size", 8)
    assert "Nothing is left to search" in tune("--recipe", "imdb", "--minutes", 1, *given, exit_code=2).output
