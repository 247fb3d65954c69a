import pytest

from model_store.training import groups
from tests.model_store.answering import answered, by_sides


def test_each_brand_has_its_own_figures_the_largest_first():
    rows = by_sides([1, -1, 1, -1, 1], [1, 1, 1, -1, -1])
    found = groups.by("brand", ["Lumo", "Lumo", "Kite", "Lumo", "Kite"], rows)["by_brand"]
    assert [(row["brand"], row["n"]) for row in found] == [("Lumo", 3), ("Kite", 2)]
    assert found[0]["accuracy"] == pytest.approx(2 / 3)
    assert found[0]["true_positive_share"] == pytest.approx(1 / 3)
    assert found[0]["counted_positive_share"] == pytest.approx(2 / 3)
    assert found[0]["difference"] == pytest.approx(1 / 3)
    assert found[0]["macro_recall"] is None


def test_neutral_rows_count_in_the_shares():
    rows = answered([1, 0, 0, -1], (0.1, 0.8), (0.2, 0.7), (0.1, 0.1), (0.9, 0.1))
    row = groups.by("source", ["x"] * 4, rows)["by_source"][0]
    assert (row["true_positive_share"], row["counted_positive_share"]) == (0.25, 0.5)
    assert row["macro_recall"] == pytest.approx((1 + 0.5 + 1) / 3)


def test_a_skipped_row_is_no_part_of_the_counted_share():
    row = groups.by("brand", ["Lumo"] * 3, by_sides([1, -1, -1], [1, None, -1]))["by_brand"][0]
    assert (row["counted_positive_share"], row["skipped"]) == (0.5, 1)
    assert row["true_positive_share"] == pytest.approx(1 / 3)


def test_a_brand_that_is_skipped_throughout_has_no_counted_share():
    row = groups.by("brand", ["Lumo"] * 2, by_sides([1, -1], [None, None]))["by_brand"][0]
    assert (row["counted_positive_share"], row["difference"]) == (None, None)


def test_an_empty_name_is_unknown_and_counts_in_no_mean():
    rows = by_sides([1, -1] * 100, [1, 1] * 50 + [1, -1] * 50)
    found = groups.by("brand", [""] * 100 + ["Lumo"] * 100, rows)
    assert {row["brand"] for row in found["by_brand"]} == {"unknown", "Lumo"}
    assert found["brand_summary"]["averaged"] == 1
    assert found["brand_summary"]["mean_difference"] == 0.0


def test_a_column_of_empty_names_is_none():
    rows = by_sides([1, -1], [1, 1])
    assert (
        groups.by("brand", ["", ""], rows)
        == groups.by("brand", [], rows)
        == {
            "by_brand": None,
            "brand_summary": None,
        }
    )


def test_the_mean_is_over_the_large_brands_and_the_small_ones_are_put_together():
    brands = ["Over"] * 50 + ["Under"] * 50 + ["Small"] * 10 + ["Tiny"] * 5
    truth = [1, -1] * 57 + [1]
    sides = [1] * 50 + [-1] * 50 + truth[100:]
    found = groups.by("brand", brands, by_sides(truth, sides))
    summary = found["brand_summary"]
    assert (summary["large"], summary["mean_difference"], summary["mean_absolute_difference"]) == (2, 0.0, 0.5)
    assert (summary["small"]["groups"], summary["small"]["n"], summary["small"]["accuracy"]) == (2, 15, 1.0)
    assert len(found["by_brand"]) == 4
