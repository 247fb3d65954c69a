"""The dashboards' queries are run as the dashboards run them: by the role of the page, with Grafana's macros put in."""

import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from database.engine import engine as engine_of
from ingest import loading
from ingest.options import Options
from tests import tallying
from worker import embedded

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "dashboards.md").read_text()
BLOCKS = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
DASHBOARD = json.loads((DOCS / "grafana.json").read_text())
PANELS = {panel["title"]: panel for panel in DASHBOARD["panels"]}
VARIABLES = {variable["name"]: variable for variable in DASHBOARD["templating"]["list"]}
SOURCE = {"type": "grafana-postgresql-datasource", "uid": "${datasource}"}

BRANDS, SOURCES = ["Lu'mo", "Kite"], ["x", "reddit"]
TODAY = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
WORDS = ["good", "bad", "bad", "so so", "???", "poison"]
DAYS = 4


@pytest.fixture
def database_url(postgres_url):
    return postgres_url


@pytest.fixture
def comments(database_url, model_id, scorer):
    """On each of four days and on a fifth, long ago, six comments for each brand and source; one was corrected."""
    for source in SOURCES:
        rows = [
            {"id": f"{brand}{ago}{i}", "brand": brand, "text": said, "posted_at": (TODAY - timedelta(ago)).isoformat()}
            for brand in BRANDS
            for ago in (*range(DAYS), 400)
            for i, said in enumerate(WORDS)
        ]
        queue = loading.Queue(model_id, 100)
        loading.load_comments(rows, database_url=database_url, options=Options(source=source), queue=queue)
    embedded.drain(scorer)


@pytest.fixture
def role(database_url, comments):
    """The role of the page, under a name of this test's own; gives how to ask as that role."""
    name, database = f"dashboards_{uuid.uuid4().hex[:12]}", make_url(database_url).database
    [create, drop] = [block for block in BLOCKS if "ROLE" in block]
    owner = engine_of(database_url).execution_options(isolation_level="AUTOCOMMIT")

    def run(block):
        with owner.connect() as connection:
            for statement in filter(str.strip, block.split(";")):
                mine = re.sub(r"\bdashboards\b", name, statement).replace("DATABASE brandpulse", f"DATABASE {database}")
                connection.exec_driver_sql(mine)

    def ask(statement):
        with engine_of(database_url).connect() as connection:
            connection.execute(text(f"SET SESSION AUTHORIZATION {name}"))
            try:
                return connection.exec_driver_sql(statement.replace("%", "%%")).mappings().all()
            finally:
                connection.rollback()
                connection.execute(text("RESET SESSION AUTHORIZATION"))

    run(create)
    yield ask
    run(drop)


def filled(statement, brands=BRANDS, sources=SOURCES, since=28):
    """Put in what Grafana puts in: the range of time, and what is chosen, as its pages on macros and formats say."""
    begin, end = (f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in (TODAY - timedelta(since), TODAY + timedelta(1)))
    statement = re.sub(r"\$__timeFilter\((\w+)\)", rf"\1 BETWEEN '{begin}' AND '{end}'", statement)
    for name, values in (("brand", brands), ("source", sources)):
        quoted = ",".join("'" + value.replace("'", "''") + "'" for value in values)
        statement = statement.replace(f"${{{name}:sqlstring}}", quoted)
    assert "$" not in statement
    return statement


def query(title):
    [target] = PANELS[title]["targets"]
    return target["rawSql"]


def test_the_role_reads_the_views(role):
    assert [row["n"] for row in role("SELECT count(*) AS n FROM scored_comments")] == [80]
    assert [row["n"] for row in role("SELECT sum(comments) AS n FROM daily_sentiment")] == [120]


@pytest.mark.parametrize("table", ["comments", "scores", "tallies", "brands", "audit_labels", "rejects", "models"])
def test_the_role_reads_no_table(role, table):
    with pytest.raises(DBAPIError, match="permission denied"):
        role(f"SELECT * FROM {table}")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM daily_sentiment",
        "UPDATE scored_comments SET label = 'positive'",
        "INSERT INTO brands (name) VALUES ('x')",
        "CREATE TABLE mine (a int)",
        "DROP VIEW daily_sentiment",
    ],
)
def test_the_role_changes_nothing(role, statement):
    with pytest.raises(DBAPIError, match=r"permission denied|must be owner|cannot delete|cannot update"):
        role(statement)


def test_the_role_begins_with_reading_and_a_time_limit(role, database_url):
    with engine_of(database_url).connect() as connection:
        of_roles = (
            "SELECT setconfig FROM pg_db_role_setting JOIN pg_roles r ON r.oid = setrole WHERE rolname ~ '^dashb'"
        )
        settings = connection.exec_driver_sql(of_roles).scalars()
        assert any({"default_transaction_read_only=on", "statement_timeout=60s"} <= set(one) for one in settings)


@pytest.mark.parametrize("statement", [block for block in BLOCKS if "ROLE" not in block])
def test_every_query_on_the_page_gives_rows(role, statement):
    without = re.sub(r"\[\[.*?\]\]", "", statement)
    chosen = statement.replace("[[", "").replace("]]", "").replace("{{brand}}", "'Lu''mo'")
    rows, fewer = (role(filled(one)) for one in (without, chosen))
    assert rows
    assert fewer
    assert len(fewer) < len(rows) or without == statement


def test_the_totals_are_those_that_were_loaded(role):
    one_day = len(BRANDS) * len(SOURCES)
    counts = {"Comments": 6, "Skipped": 1, "Failed": 1}
    for title, number in counts.items():
        [[(_, found)]] = [row.items() for row in role(filled(query(title)))]
        assert found == number * one_day * DAYS
    shares = {"Positive": 1 / 4, "Negative": 2 / 4, "Net sentiment": 100 * (1 - 2) / (1 + 2)}
    for title, share in shares.items():
        [[(_, found)]] = [row.items() for row in role(filled(query(title)))]
        assert found == pytest.approx(share)


def test_a_brand_and_a_source_can_be_chosen(role):
    for chosen in ({"brands": ["Lu'mo"]}, {"sources": ["x"]}):
        [row] = role(filled(query("Comments"), **chosen))
        assert row["comments"] == 6 * 2 * DAYS
    assert {row["brand"] for row in role(filled(query("Worst comments"), brands=["Lu'mo"]))} == {"Lu'mo"}


def test_a_correction_moves_the_shares(role, database_url):
    tallying.correct(database_url, "good", "negative")
    [row] = role(filled(query("Positive")))
    assert row["positive_share"] == 0


@pytest.mark.parametrize("title", [title for title in PANELS if title.endswith("by day")])
def test_a_series_has_a_time_of_each_day_in_order_and_sums_to_the_total(role, title):
    rows = role(filled(query(title)))
    times = [row["time"] for row in rows]
    assert times == sorted(times)
    assert {type(one) for one in times} == {datetime}
    assert len(set(times)) == DAYS
    if title == "Comments by day":
        assert sum(row["comments"] for row in rows) == 6 * len(BRANDS) * len(SOURCES) * DAYS
    if title == "Without a score by day":
        assert {(row["skipped"], row["failed"], row["pending_or_cancelled"]) for row in rows} == {(4, 4, 0)}
    if title == "Negative share by day":
        assert {(row["brand"], row["negative_share"]) for row in rows} == {("Lu'mo", 0.5), ("Kite", 0.5)}


def test_the_tables_name_each_brand_and_source_and_the_worst_comments(role):
    shares = role(filled(query("Shares by brand and source")))
    assert {(row["brand"], row["source"]) for row in shares} == {(b, s) for b in BRANDS for s in SOURCES}
    assert {(row["positive"], row["negative"]) for row in shares} == {(0.25, 0.5)}
    worst = role(filled(query("Worst comments")))
    assert {row["text"] for row in worst} == {"bad"}
    assert [row["p_negative"] for row in worst] == sorted((row["p_negative"] for row in worst), reverse=True)


def test_the_variables_list_brands_and_their_sources(role):
    assert [row["brand"] for row in role(filled(VARIABLES["brand"]["query"]))] == sorted(BRANDS)
    assert [row["source"] for row in role(filled(VARIABLES["source"]["query"]))] == sorted(SOURCES)


def test_in_an_empty_range_nothing_is_divided_by_nothing(role):
    for panel in PANELS.values():
        for row in role(filled(panel["targets"][0]["rawSql"], since=-1)):
            assert set(row.values()) == {None}


def test_no_query_averages_shares_or_reads_a_table():
    for statement in [*(panel["targets"][0]["rawSql"] for panel in PANELS.values()), *BLOCKS[2:]]:
        assert "avg(" not in statement.lower()
        assert set(re.findall(r"FROM (\w+)", statement)) <= {"daily_sentiment", "scored_comments"}


def test_every_panel_has_a_number_of_its_own_a_place_and_the_chosen_data_source():
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(PANELS) == len(panels)
    for panel in panels:
        assert panel["datasource"] == panel["targets"][0]["datasource"] == SOURCE
        assert panel["targets"][0]["format"] == ("time_series" if panel["type"] == "timeseries" else "table")
    assert VARIABLES["datasource"]["query"] == SOURCE["type"]
    assert VARIABLES["brand"]["datasource"] == VARIABLES["source"]["datasource"] == SOURCE
    assert DASHBOARD["timezone"] == "utc"


def test_panels_lie_on_the_grid_of_24_columns_and_not_on_each_other():
    places = [panel["gridPos"] for panel in DASHBOARD["panels"]]
    assert all(place["x"] >= 0 and place["x"] + place["w"] <= 24 for place in places)
    for one, other in combinations(places, 2):
        apart = [
            one[at] + one[size] <= other[at] or other[at] + other[size] <= one[at]
            for at, size in (("x", "w"), ("y", "h"))
        ]
        assert any(apart), (one, other)
