"""The model card for people, made out of the metadata of a version; every figure in it was measured."""

from collections.abc import Mapping, Sequence
from typing import Any

from model_store.prediction import LIKELIEST

_KNOWS = (
    "It knows the 9,996 most frequent words of what it was trained on, in the sense that they have there. A text of "
    "which it knows no word is skipped, not scored."
)
WHAT = {
    "imdb": (
        "The average of the word vectors of the last 256 words, one hidden layer of 16 units, one output: positive or "
        f"negative, never neutral. {_KNOWS}"
    ),
    "lstm": (
        "A bidirectional LSTM over the word vectors of the last 256 words: it reads them in order, from both ends; "
        f"one output: positive or negative, never neutral. {_KNOWS}"
    ),
    "cnn": (
        "Filters over the word vectors of neighbouring words among the last 256, of each its average answer, one "
        f"output: positive or negative, never neutral. {_KNOWS}"
    ),
    "fast": (
        "Weights of n-grams, added up: runs of one to three words, marks and emoji, and in texts of up to 280 "
        "characters runs of three to five bytes within a word. Longer texts have weights of their own for positive "
        "against negative. Positive, negative or neutral. A text with neither word nor emoji is skipped, not scored."
    ),
    "accurate": (
        "A transformer of six blocks over word pieces, MiniLM-L6-H384 (Wang et al. 2020; MIT licence), pretrained by "
        "others and tuned on the sets below; two outputs, positive against negative and neutral against both. Texts "
        "of more than 254 pieces are read in windows whose outputs are averaged. Emoji are read as their names. A "
        "text with neither word nor emoji is skipped, not scored."
    ),
    "auto": (
        "A cascade: the fast member scores every text, and the accurate one those that the fast one is unsure of. Of "
        "texts that both score, a weighted mean of the logarithms of their probabilities counts. Which of them spoke "
        "is kept with each score."
    ),
}
REVIEWS = (
    "Trained on the Large Movie Review Dataset (Maas et al. 2011), film reviews in English: use it for such. **Do not "
    "trust it with short social comments**, which use words in other ways, and emoji, of which it knows none; "
    "docs/models.md has the figures on tweets."
)


def for_people(card: Mapping[str, Any]) -> str:
    """Write MODEL_CARD.md."""
    article = card["article"]
    sections = [
        f"# {card['name']}@{card['version']}",
        WHAT[card["recipe"]],
        *([REVIEWS] if card.get("film_reviews", article) else []),
        _table(("", ""), _facts(card)),
        "## Data",
        _table(("set", "SHA-256", "train", "validation", "test"), map(_data_row, card["data"])),
        "## Figures",
        _table(("figure", "measured"), _figures(card)),
        *_sets(card["metrics"].get("tests", [])),
        *_search(card.get("search")),
        *(["![accuracy and loss by epoch](curves.svg)"] if "best_epoch" in card["metrics"] else []),
    ]
    return "\n\n".join(sections) + "\n"


def _facts(card: Mapping[str, Any]) -> list[tuple[str, str]]:
    made = ", ".join(f"{name} {version}" for name, version in card["libraries"].items())
    base = card.get("from")
    return [
        ("recipe", f"`{card['recipe']}`, brandpulse {card['code_version']}, {made}"),
        ("made", card["created_at"]),
        *([("goes on from", base)] if base else []),
        *([("pretrained weights", _pretrained(card["pretrained"]))] if card.get("pretrained") else []),
        *([("teacher, tuned first", _teacher(card["teacher"]))] if card.get("teacher") else []),
        *([("weights averaged with", ", ".join(card["averaged"]))] if card.get("averaged") else []),
        ("parameters", f"{card['parameters']:,}"),
        ("size", f"{card['size_bytes'] / 1024:,.0f} KiB"),
        ("languages", ", ".join(card["languages"])),
        _labels(card["thresholds"]),
        ("seed", str(card["seed"])),
        *((name.replace("_", " "), str(value)) for name, value in card["hyper_parameters"].items()),
        *((f"{name} member", member["spec"]) for name, member in card.get("members", {}).items()),
    ]


def _labels(thresholds: Mapping[str, float]) -> tuple[str, str]:
    if thresholds == LIKELIEST:
        return ("labels", "the likeliest of the three")
    return ("thresholds", ", ".join(f"{label} from {value}" for label, value in thresholds.items()))


def _pretrained(given: Mapping[str, str]) -> str:
    return f"of the package {given['package']} {given['version']}"


def _teacher(parts: Sequence[Mapping[str, str]]) -> str:
    return f"of the packages {parts[0]['package']} to {parts[-1]['package']}, {parts[0]['version']}"


def _data_row(data: Mapping[str, Any]) -> tuple[str, ...]:
    rows = data["rows"]
    return (data["name"], f"`{data['sha256']}`", *(f"{rows[part]:,}" for part in ("train", "validation", "test")))


def _figures(card: Mapping[str, Any]) -> list[tuple[str, str]]:
    metrics = card["metrics"]
    return [
        *(_learning(card) if "best_epoch" in metrics else []),
        (
            "test accuracy",
            f"{_percent(metrics['test_accuracy'])} ± {_percent(metrics['test_standard_error'])} (one standard error)"
            + _by_article(card, "test_accuracy"),
        ),
        ("test ROC AUC", f"{metrics['test_auc']:.4f}"),
        ("test macro-F1", f"{metrics['test_macro_f1']:.4f}"),
        ("test texts skipped, counted as wrong", str(metrics["test_skipped"])),
    ]


def _learning(card: Mapping[str, Any]) -> list[tuple[str, str]]:
    metrics, overfitting = card["metrics"], card["metrics"]["overfitting_epoch"]
    # The transformer's curves are measured beside its training, without the dropout.
    dropped = card["hyper_parameters"].get("dropout") and card["recipe"] != "accurate"
    dropout = ", with dropout on" if dropped else ""
    return [
        ("best epoch", f"{metrics['best_epoch']} of {metrics.get('epochs') or card['hyper_parameters']['epochs']}"),
        ("overfitting starts after epoch", str(overfitting) if overfitting else "not within these epochs"),
        (f"training accuracy{dropout}", _percent(metrics["train_accuracy"])),
        (
            "validation accuracy",
            _percent(metrics["validation_accuracy"]) + _by_article(card, "validation_accuracy"),
        ),
    ]


def _by_article(card: Mapping[str, Any], figure: str) -> str:
    value = (card["article"] or {}).get(figure)
    return "" if value is None else f"; the article: {100 * value:g} %"


def _sets(tests: Sequence[Mapping[str, Any]]) -> list[str]:
    """Show every test set, where there are several or neutral rows."""
    if len(tests) < 2 and all(test["macro_recall"] is None for test in tests):  # noqa: PLR2004 - one stands above
        return []
    header = ("test set", "positive", "negative", "accuracy", "ROC AUC", "macro-F1", "macro-averaged recall", "skipped")
    return ["Each test set by itself:", _table(header, map(_set_row, tests))]


def _set_row(test: Mapping[str, Any]) -> tuple[str, ...]:
    figures = ("auc", "macro_f1", "macro_recall")
    return (
        test["name"],
        *(f"{test['n'][label]:,}" for label in ("positive", "negative")),
        "" if test["accuracy"] is None else _percent(test["accuracy"]),
        *("" if test[figure] is None else f"{test[figure]:.4f}" for figure in figures),
        f"{test['skipped']:,}",
    )


def _search(search: Mapping[str, Any] | None) -> list[str]:
    if not search:
        return []
    header = ("L2", "batch", "seed", "best epoch", "training accuracy", "validation accuracy")
    mean, deviation = search["seeds_validation"]["mean"], search["seeds_validation"]["standard_deviation"]
    return [
        "## Choice",
        "L2 and batch size were chosen by the validation accuracy:",
        _table(header, map(_run_row, search["grid"])),
        "Five seeds with the choice; the best one in validation is kept, and only it met the test split:",
        _table(header, map(_run_row, search["seeds"])),
        f"Mean of the five {_percent(mean)}, standard deviation {_percent(deviation)}.",
    ]


def _run_row(run: Mapping[str, Any]) -> tuple[str, ...]:
    accuracies = (_percent(run["train_accuracy"]), _percent(run["validation_accuracy"]))
    return (*(str(run[name]) for name in ("l2", "batch_size", "seed", "best_epoch")), *accuracies)


def _table(header: Sequence[str], rows: Any) -> str:  # noqa: ANN401 - any iterable of rows
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"
