import csv
import json
import math

import pytest
from click.testing import CliRunner

from cli.models import models
from cli.score import score
from model_store import shipped
from settings import environment, errors
from tests import processes
from tests.model_store.conftest import reviews

COMMANDS = {"score": score, "models": models}
PRAISE, BLAME = "a wonderful superb story and a brilliant cast", "an awful boring plot and a terrible waste"


@pytest.fixture
def brandpulse(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRANDPULSE_CACHE_FOLDER", str(processes.cache(tmp_path / "cache")))
    monkeypatch.setenv("BRANDPULSE_DATABASE_URL", f"sqlite:///{tmp_path}/brandpulse.db")
    environment.load.cache_clear()

    def run(command, *arguments, stdin=None, exit_code=0):
        done = CliRunner().invoke(COMMANDS[command], list(map(str, arguments)), input=stdin)
        if isinstance(done.exception, errors.BrandpulseError):
            raise done.exception
        assert done.exit_code == exit_code, done.output
        return done

    yield run
    environment.load.cache_clear()


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "own.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["body", "sentiment", "split", "brand"])
        for i, (text, sentiment) in enumerate(zip(*reviews(240), strict=True)):
            rows.writerow([text, sentiment, "test" if i < 60 else "train", "Lumo"])
        rows.writerow(["the film", "neutral", "test", ""])
    return path


def train(brandpulse, own, *options):
    return brandpulse(
        "models", "train", "--recipe", "imdb", "--data", own, "--map", "body=text", "--epochs", 2, *options
    )


def test_texts_are_scored_without_a_database(brandpulse, tmp_path):
    scores = json.loads(brandpulse("score", PRAISE, BLAME, "???", "--json").stdout)
    assert [row["text"] for row in scores] == [PRAISE, BLAME, "???"]
    assert [row["label"] for row in scores] == ["positive", "negative", None]
    assert scores[0]["p_positive"] > 0.5 > scores[0]["p_negative"]
    assert scores[0]["skip_reason"] is None
    assert scores[2] == {
        "text": "???",
        "label": None,
        "p_negative": None,
        "p_positive": None,
        "skip_reason": "no_known_word",
    }
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]


def test_lines_of_standard_input_are_scored(brandpulse):
    done = brandpulse("score", "--json", stdin=f"{PRAISE}\r\n\n{BLAME} \u2028 é\n".encode())
    assert [row["text"] for row in json.loads(done.stdout)] == [PRAISE, f"{BLAME} \u2028 é"]


def test_scores_are_shown_as_a_table(brandpulse):
    shown = brandpulse("score", "[bold]wonderful[/bold] and superb", "???").stdout
    assert "[bold]wonderful[/bold]" in shown
    assert "positive" in shown
    assert "knows no word" in shown.replace("\n", " ")


def test_the_words_that_moved_a_score_are_named_and_add_up(brandpulse):
    [row] = json.loads(brandpulse("score", PRAISE, "--explain", "--json").stdout)
    found = row["explanation"]
    assert found["exact"]
    assert found["logit"] == pytest.approx(math.log(row["p_positive"] / row["p_negative"]), abs=1e-3)
    assert found["bias"] + sum(part["logit"] for part in found["parts"]) == pytest.approx(found["logit"])
    logits = {part["words"]: part["logit"] for part in found["parts"]}
    assert logits["wonderful"] > logits["story"]
    assert "a wonderful" in logits
    shown = brandpulse("score", PRAISE, "???", "--explain").stdout
    assert "adds to the logit" in shown
    assert f"{found['logit']:+.3f}" in shown


def test_an_approximate_explanation_says_so(brandpulse):
    [row] = json.loads(brandpulse("score", PRAISE, "--model", "imdb", "--explain", "--json").stdout)
    assert not row["explanation"]["exact"]
    assert "about" in brandpulse("score", PRAISE, "--model", "imdb", "--explain").stdout


def test_the_brand_is_masked(brandpulse):
    plain, masked = (
        json.loads(brandpulse("score", f"Wonderful: {BLAME}", "--json", *brand).stdout)[0]["p_positive"]
        for brand in ([], ["--brand", "Wonderful"])
    )
    assert masked < plain


def test_no_text_at_all_is_wrong_usage(brandpulse):
    assert "standard input" in brandpulse("score", stdin="\n", exit_code=2).output


@pytest.mark.parametrize("command", [("score", "fine"), ("models", "show")])
def test_an_unknown_model_is_refused_with_those_there_are(brandpulse, command):
    arguments = ["nope"] if command[0] == "models" else ["--model", "nope"]
    with pytest.raises(errors.NotFound, match="imdb@1"):
        brandpulse(*command, *arguments)


def test_the_shipped_versions_are_listed_without_making_a_database(brandpulse, tmp_path):
    listed = json.loads(brandpulse("models", "list", "--json").stdout)
    assert [(row["model"], row["shipped"]) for row in listed] == [(spec, True) for spec in shipped.SHIPPED]
    assert [row["model"] for row in listed if row["promoted"]] == [shipped.DEFAULT]
    assert "imdb@1" in brandpulse("models", "list").stdout
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]


def test_the_card_of_a_version_is_shown(brandpulse):
    assert json.loads(brandpulse("models", "show", "imdb", "--json").stdout)["parameters"] == 160_289
    shown = brandpulse("models", "show", "imdb@1").stdout
    assert shipped.SHIPPED["imdb@1"] in shown.replace("\n", "")
    assert "88.23" in shown or "88.228" in shown


def test_a_model_is_judged_on_labelled_data(brandpulse, own):
    options = ("--data", own, "--map", "body=text", "--split", "test")
    found = json.loads(brandpulse("models", "evaluate", *options, "--json").stdout)
    assert found["model"] == shipped.DEFAULT
    assert found["n"] == {"positive": 30, "negative": 30}
    assert found.keys() >= {
        "accuracy",
        "macro_f1",
        "auc",
        "macro_recall",
        "confusion",
        "comments_per_second",
        "skipped",
    }
    assert 0 < found["macro_recall"] <= 1
    shown = brandpulse("models", "evaluate", *options).stdout
    assert "30 positive and 30 negative rows" in shown
    assert "comments per second" in shown


def evaluated(brandpulse, *options):
    return json.loads(brandpulse("models", "evaluate", *options, "--json").stdout)


def test_intervals_and_brands_stand_beside_the_figures(brandpulse, own):
    options = ("--data", own, "--map", "body=text", "--model", "imdb")
    found = evaluated(brandpulse, *options)
    low, high = found["intervals"]["accuracy"]
    assert low < found["accuracy"] < high
    assert [(row["brand"], row["n"]) for row in found["by_brand"]] == [("Lumo", 240), ("unknown", 1)]
    assert (found["by_source"], found["data"], found["split"]) == (None, "own.csv", None)
    assert "intervals" not in evaluated(brandpulse, *options, "--draws", 0)
    shown = brandpulse("models", "evaluate", *options).stdout
    assert f"{low:.4f} to {high:.4f}" in shown
    assert "Positive share by brand" in shown


def test_models_are_compared_on_the_same_rows(brandpulse, own):
    options = ("--data", own, "--map", "body=text", "--compare", "imdb@1", "--vader")
    found = evaluated(brandpulse, *options)
    assert [model["model"] for model in found["models"]] == ["imdb@1", "vader"]
    assert {tuple(pair["models"]) for pair in found["pairs"]} == {("imdb@1", "vader")}
    alone = evaluated(brandpulse, "--data", own, "--map", "body=text", "--model", "imdb")
    assert found["models"][0]["accuracy"] == alone["accuracy"]
    assert found["models"][0]["intervals"] == alone["intervals"]
    shown = brandpulse("models", "evaluate", *options).stdout
    assert "by vader" in shown
    assert "imdb@1 less" in shown


def test_vader_alone_stands_beside_the_model_that_is_named(brandpulse, own):
    found = evaluated(brandpulse, "--data", own, "--map", "body=text", "--model", "imdb", "--vader")
    assert [model["model"] for model in found["models"]] == ["imdb@1", "vader"]


@pytest.mark.parametrize(
    "options", [("imdb",), ("--compare",), ("--compare", "imdb", "imdb@1"), ("--draws", 5), ("--draws", -1)]
)
def test_what_cannot_be_compared_is_wrong_usage(brandpulse, own, options):
    brandpulse("models", "evaluate", "--data", own, "--map", "body=text", *options, exit_code=2)


@pytest.mark.parametrize(
    ("rows", "undefined"),
    [
        ([("a great film", "positive"), ("a superb cast", "positive")], 4),  # one class
        ([("the film", "neutral")], 5),  # no side at all
        ([("great", "positive"), ("awful", "negative"), ("the film", "neutral")], 1),  # a row per class
        ([("???", "positive"), ("!!", "negative")], 3),  # everything skipped
        (
            [
                ("great", "positive"),
                ("awful", "negative"),
                ("fine", "positive"),
                ("bad", "negative"),
                ("so", "neutral"),
            ],
            1,
        ),
    ],
)
@pytest.mark.parametrize("options", [(), ("--vader",)])
def test_what_a_small_set_does_not_define_is_said_so(brandpulse, tmp_path, rows, undefined, options):
    path = tmp_path / "small.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("text", "label", "brand"), *((*row, "[b]X") for row in rows)])
    shown = brandpulse("models", "evaluate", "--data", path, *options).stdout
    if not options:
        assert shown.count("not defined on this set") == undefined
        assert set(evaluated(brandpulse, "--data", path)["intervals"].values()) == {None}


def test_training_shows_every_step_and_writes_registers_and_serves_the_version(brandpulse, own, tmp_path):
    shown = train(brandpulse, own, "--name", "mine", "--no-dropout", "--no-l2", "--batch-size", 8, "--seed", 7).stdout
    for said in (
        "126 texts to train on, 54 to validate, 60 to test",
        "<start>",
        "padded",
        "160,289",
        "Best epoch",
        "ROC AUC",
    ):
        assert said in shown
    folder = tmp_path / "models" / "mine" / "1"
    assert {"curves.png", "curves.svg", "card.json"} <= {path.name for path in folder.iterdir()}
    card = json.loads((folder / "card.json").read_text())
    chosen = card["hyper_parameters"]
    assert (chosen["dropout"], chosen["l2"], chosen["batch_size"], chosen["epochs"], card["seed"]) == (
        0.0,
        0.0,
        8,
        2,
        7,
    )
    listed = {row["model"]: row for row in json.loads(brandpulse("models", "list", "--json").stdout)}
    assert (listed["mine@1"]["shipped"], listed["mine@1"]["promoted"]) == (False, False)
    assert listed[shipped.DEFAULT]["promoted"]
    evaluated = json.loads(
        brandpulse(
            "models", "evaluate", "--model", "mine", "--data", own, "--map", "body=text", "--split", "test", "--json"
        ).stdout
    )
    assert evaluated["model"] == "mine@1"
    assert json.loads(brandpulse("score", PRAISE, "--model", "mine@1", "--json").stdout)[0]["text"] == PRAISE


def test_training_for_machines_prints_one_document(brandpulse, own, tmp_path):
    done = train(brandpulse, own, "--output", tmp_path / "here", "--json")
    document = json.loads(done.stdout)
    assert document["model"] == "imdb@2"
    assert document["folder"] == str(tmp_path / "here")
    assert "Best epoch" in done.stderr
    assert train(brandpulse, own, "--json").stdout.count('"model": "imdb@3"') == 1


def test_a_folder_that_is_there_is_refused_before_training(brandpulse, own, tmp_path):
    with pytest.raises(errors.WrongInput, match="is there already"):
        train(brandpulse, own, "--output", tmp_path)


@pytest.mark.parametrize(
    "options",
    [
        ("--grid", "--l2", "0.1"),
        ("--grid", "--batch-size", 8),
        ("--grid", "--no-l2"),
        ("--no-l2", "--l2", "1"),
        ("--map", "x"),
        ("--name", "../x"),
        ("--name", "x@1"),
    ],
)
def test_options_that_exclude_each_other_are_wrong_usage(brandpulse, own, options):
    brandpulse("models", "train", "--recipe", "imdb", "--data", own, *options, exit_code=2)
