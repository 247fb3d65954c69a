"""The example in docs/architecture.md runs as it stands."""

import re
from datetime import UTC, datetime
from pathlib import Path

from settings import environment

PAGE = (Path(__file__).parents[1] / "docs" / "architecture.md").read_text()


def test_the_example_from_python_loads_scores_and_reports(sqlite_url, monkeypatch):
    monkeypatch.setenv("BRANDPULSE_DATABASE_URL", sqlite_url)
    environment.load.cache_clear()
    [example] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names = {"url": sqlite_url, "now": datetime.now(UTC)}
    exec(example, names)
    environment.load.cache_clear()
    [lumo] = names["report"]["brands"]
    assert (lumo["brand"], lumo["scored"], lumo["positive"], lumo["negative"]) == ("Lumo", 2, 1, 1)
