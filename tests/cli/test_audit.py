import csv
import json

import pytest

WORDS = {"positive": "I love this lamp", "negative": "I hate this terrible lamp", "neutral": "the lamp is on the table"}


@pytest.fixture
def loaded(commands, tmp_path):
    """Three hundred comments, scored by `fast@1`; one of them is a formula to a table program."""
    lines = [f'{i},"{"=" if i == 0 else ""}{text} {i}",2026-11-02\n' for i in range(100) for text in WORDS.values()]
    numbered = [line.replace(f"{line.split(',')[0]},", f"{place},", 1) for place, line in enumerate(lines)]
    (tmp_path / "rows.csv").write_text("id,text,created_at\n" + "".join(numbered))
    commands("run", tmp_path / "rows.csv", "--brand", "Lumo", "--source", "x")


def meant(text):
    return next(label for label, said in WORDS.items() if said in text)


def filled(path, truth):
    """Fill the labels in, as a person would in a table program."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [{**row, "label": truth(row["text"])} for row in csv.DictReader(file)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return rows


@pytest.mark.usefixtures("loaded")
def test_a_sample_goes_out_as_csv_and_its_labels_come_back(commands, tmp_path):
    drawn = commands.said("audit", "sample", "--brand", "Lumo", "--n", 120, "--out", tmp_path)
    assert (drawn["n"], drawn["population"]) == (120, 300)
    rows = filled(tmp_path / f"audit-{drawn['sample']}.csv", meant)
    assert not any(row["text"].startswith("=") for row in rows)
    assert "model" not in " ".join(rows[0])
    done = commands.said("audit", "import", drawn["files"][0], "--by", "ana")
    assert done == {"samples": [drawn["sample"]], "labelled": 120, "changed": 0, "same": 0}
    [lumo] = commands.said("report")["brands"]
    assert lumo["estimate"]["method"] == "post-stratified audit sample"
    assert lumo["estimate"]["low"] < 1 / 3 < lumo["estimate"]["high"]
    assert lumo["model_accuracy"]["labels"] == 120


@pytest.mark.usefixtures("loaded")
def test_a_sample_whose_files_cannot_be_written_is_not_drawn(commands, tmp_path):
    (tmp_path / "file").write_text("no folder")
    said = commands.refused("audit", "sample", "--brand", "Lumo", "--out", tmp_path / "file" / "folder")
    assert "cannot be written" in said
    drawn = commands.said("audit", "sample", "--brand", "Lumo", "--out", tmp_path)
    assert drawn["population"] == 300, "none was drawn before"


@pytest.mark.usefixtures("loaded")
def test_the_first_rows_of_a_sample_are_a_random_draw_too(commands, tmp_path):
    drawn = commands.said("audit", "sample", "--brand", "Lumo", "--n", 300, "--seed", 7, "--out", tmp_path)
    tasks = [task["data"]["comment"] for task in json.loads((tmp_path / f"audit-{drawn['sample']}.json").read_text())]
    with (tmp_path / f"audit-{drawn['sample']}.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [int(row["comment"]) for row in csv.DictReader(file)]
    assert rows == tasks
    assert sorted(rows) == list(range(1, 301))
    # Of the first 60, as many are expected of each hundred that were loaded, 20 give or take 3.6.
    assert all(9 <= sum(begin < number <= begin + 100 for number in rows[:60]) <= 31 for begin in (0, 100, 200))


@pytest.mark.usefixtures("loaded")
def test_labels_come_back_from_label_studio_with_who_and_when(commands, tmp_path):
    drawn = commands.said("audit", "sample", "--brand", "Lumo", "--n", 30, "--out", tmp_path)
    tasks = json.loads((tmp_path / f"audit-{drawn['sample']}.json").read_text())
    assert all(set(task) == {"data"} and not task["data"]["label"] for task in tasks)
    for task in tasks[:20]:
        chosen = {"type": "choices", "value": {"choices": [meant(task["data"]["text"]).title()]}}
        task["annotations"] = [
            {"result": [chosen], "completed_by": {"email": "ana@lumo.example"}, "created_at": "2026-11-05T10:00:00Z"}
        ]
    export = tmp_path / "export.json"
    export.write_text(json.dumps(tasks))
    assert commands.said("audit", "import", export)["labelled"] == 20


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("sample,comment\n1,1\n", "has no column label"),
        ("sample,comment,label\n1,1,great\n", "line 2: 'great' is no label"),
        ("sample,comment,label\n1,one,positive\n", "comment 'one'"),
        ("sample,comment,label\n9,1,positive\n", "sample 9 holds no comment 1"),
    ],
)
def test_a_file_that_is_no_sample_is_refused_in_one_sentence(commands, tmp_path, content, said):
    (tmp_path / "labels.csv").write_text(content)
    assert said in commands.refused("audit", "import", tmp_path / "labels.csv", "--by", "ana")


@pytest.mark.usefixtures("loaded")
def test_a_label_of_nobody_is_refused(commands, tmp_path):
    (tmp_path / "labels.csv").write_text("sample,comment,label\n1,1,positive\n")
    assert "nobody says who" in commands.refused("audit", "import", tmp_path / "labels.csv")


def test_a_brand_that_is_not_there_is_refused(commands):
    commands("db", "upgrade")
    assert "no brand 'Lumo'" in commands.refused("audit", "sample", "--brand", "Lumo")
