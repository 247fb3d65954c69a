import io
import json
from datetime import UTC, date, datetime

import pyarrow as pa
from pyarrow import parquet

from reporting import frame
from tests.reporting import odd


def read(made):
    return parquet.read_table(io.BytesIO(frame.render(made)))


def test_a_row_stands_for_a_brand_and_day_and_they_sum_to_the_brand():
    made = odd.report("Lumo", "Kite")
    found = read(made)
    assert [(row["brand"], row["day"]) for row in found.to_pylist()][:4] == [
        ("Lumo", date(2026, 11, 2)),
        ("Lumo", date(2026, 11, 3)),
        ("Lumo", date(2026, 11, 4)),
        ("Kite", date(2026, 11, 2)),
    ]
    assert sum(found["scored"].to_pylist()) == sum(day["scored"] for brand in made["brands"] for day in brand["days"])


def test_columns_are_typed():
    types = {field.name: field.type for field in read(odd.report("Lumo")).schema}
    assert types["day"] == pa.date32()
    assert {types[name] for name in frame.COUNTS} == {pa.int64()}
    assert {types[name] for name in (*frame.SHARES, *frame.ESTIMATES)} == {pa.float64()}
    assert types["read_at"] == pa.timestamp("ms", tz="UTC")
    assert {types[name] for name in ("brand", "timezone", "model")} == {pa.string()}


def test_an_estimate_stands_on_each_day_of_its_brand_and_is_null_where_there_is_none():
    row = read(odd.report("Lumo")).to_pylist()[2]
    assert (row["period_positive_estimate"], row["period_estimate_method"]) == (0.4, "adjusted count")
    row = read(odd.report("Lumo", scored=0)).to_pylist()[0]
    assert (row["period_positive_estimate"], row["positive_share"], row["scored"]) == (None, None, 0)


def test_the_schema_says_what_the_report_is_of():
    found = read(odd.report("Lumo"))
    kept = {name.decode(): json.loads(value) for name, value in found.schema.metadata.items()}
    assert kept["brandpulse.period"] == {"from": "2026-11-02", "to": "2026-11-04"}
    assert (kept["brandpulse.model"], kept["brandpulse.revision"]) == ("words@1", 7)
    assert found["read_at"][0].as_py() == datetime(2026, 11, 16, 5, tzinfo=UTC)


def test_a_report_without_brands_has_the_same_columns_and_no_rows():
    found = read(odd.report())
    assert found.num_rows == 0
    assert found.schema.names == read(odd.report("Lumo")).schema.names


def test_odd_names_are_kept_as_they_are():
    assert list(dict.fromkeys(read(odd.report(*odd.NAMES))["brand"].to_pylist())) == list(odd.NAMES)
