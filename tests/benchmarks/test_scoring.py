import json
import subprocess
import sys

import pytest

from benchmarks import contenders, processes, scoring


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "tweets.json"
    path.write_text(json.dumps([f"tweet {i} is a good one" for i in range(100)]), encoding="utf-8")
    return path


def test_a_contender_tells_its_rate(file):
    assert scoring.rate("vader", file, 10) > 0


def test_a_contender_that_is_not_installed_says_so(file, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "textblob", None)
    contenders.main("textblob", file, 10)
    assert capsys.readouterr().out.strip() == contenders.ABSENT


def test_one_task_gives_what_the_model_version_gives():
    code = (
        "from benchmarks import one_task\n"
        "from model_store import loading, shipped\n"
        "text = 'a wonderful film'\n"
        "found = loading.load(shipped.find('imdb@1'), 1).predict([text], [()])\n"
        "print(one_task.score(text) - found.p_positive[0])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=processes.ROOT, env=processes.environment(), capture_output=True, check=True
    )
    assert abs(float(done.stdout)) < 1e-5
