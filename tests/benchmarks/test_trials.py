import os
from pathlib import Path

import psycopg
import pytest

from benchmarks import connections, indexes, partitions, processor, server_settings, servers, texts, vacuuming
from database import tables

TEXTS = texts.comments(Path("nowhere"))


def cells(table):
    """Give the cells of a Markdown table by the first one of each line."""
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    return {line[0]: line[1:] for line in lines if not line[0].startswith("---")}


def test_a_unique_key_has_to_hold_what_the_table_is_parted_by(postgres_server):
    refused, growth, measured = partitions.measure(postgres_server, TEXTS, 1_200)
    assert refused.count("unique constraint on partitioned table must include all partitioning columns") == 2
    assert 'lacks column "natural_key" which is part of the partition key' in refused
    assert "there is no unique or exclusion constraint matching the ON CONFLICT specification" in refused
    assert "is not refused" not in refused
    assert list(cells(growth)) == ["rows there", "0", "200", "400", "600", "800", "1,000"]
    twice = cells(measured)["a block with other times, an hour later"]
    assert twice == [f"{count} taken twice" for count in (0, 0, 200, 0, 0)]
    twice = cells(measured)["a block with other times, a month later"]
    assert twice == [f"{count} taken twice" for count in (0, 0, 200, 200, 200)]


def test_every_index_of_comments_and_scores_is_left_out_once():
    for tried, table in ((indexes.COMMENTS, tables.Comment.__table__), (indexes.SCORES, tables.Score.__table__)):
        unique = {"uq_comments_natural_key"} if table.name == "comments" else set()
        names = {table.primary_key.name, *unique, *(index.name for index in table.indexes)}
        assert {layout.name for layout in tried} == {"all", *names}


def test_the_cost_of_each_index_is_told(postgres_server):
    [table] = indexes.measure(postgres_server, TEXTS, 500)
    assert cells(table)["nothing: scores"][1].startswith("1.00 (")
    assert all(int(cells(table)[f"`{name}`"][0]) > 0 for name in ("uq_comments_natural_key", "pk_scores"))


def test_each_set_of_settings_has_a_server_of_its_own(tmp_path):
    sets = {server_settings.DEFAULTS: {}, "memory": server_settings.MEMORY}
    [table] = server_settings.measure(tmp_path, TEXTS, 600, sets)
    assert cells(table)["defaults"][0] == "1.00"
    assert "memory" in cells(table)


def test_the_planner_expects_none_of_the_newest_comments_until_their_values_are_looked_at(postgres_server):
    [table] = vacuuming.measure(postgres_server, TEXTS, 11_000)
    expected = [float(line[1].rstrip("%")) for line in list(cells(table).values())[1:]]
    assert expected[0] < 10
    assert expected[1] == pytest.approx(100, abs=40)


def test_connections_are_counted_by_the_name_that_their_process_says(postgres_url):
    with connections.counted(postgres_url) as held:
        opened = [psycopg.connect(servers.plain(postgres_url), application_name="worker") for _ in range(2)]
        while held["worker"] < len(opened):
            pass
        for connection in opened:
            connection.close()
    assert held["worker"] == 2


def test_processor_time_is_that_of_a_process_and_all_below_it(postgres_url):
    assert processor.of_family(os.getpid()) >= processor.of_one(os.getpid()) > 0
    if not os.environ.get("BRANDPULSE_TEST_DATABASE_URL"):
        assert processor.of_server(postgres_url) > 0
