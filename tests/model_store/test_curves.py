import xml.etree.ElementTree as ET

import pytest

from model_store.training import curves


def history(validation_losses):
    epochs = len(validation_losses)
    rising = [0.5 + 0.4 * i / epochs for i in range(epochs)]
    falling = [0.7 - 0.5 * i / epochs for i in range(epochs)]
    return {"accuracy": rising, "val_accuracy": rising, "loss": falling, "val_loss": validation_losses}


def test_overfitting_starts_at_the_lowest_validation_loss():
    assert curves.overfitting_epoch(history([0.6, 0.4, 0.3, 0.35, 0.4])) == 3


def test_where_the_validation_loss_fell_to_the_end_nothing_is_overfitted():
    assert curves.overfitting_epoch(history([0.6, 0.4, 0.3])) is None


@pytest.mark.parametrize(
    ("losses", "best", "marks"),
    [
        ([0.6, 0.4, 0.3, 0.35, 0.4], 4, ["best epoch: 4", "overfitting starts: 3"]),
        ([0.3, 0.4, 0.5], 1, ["best epoch: 1", "overfitting starts: 1"]),
        ([0.6, 0.5, 0.4], 3, ["best epoch: 3"]),
        ([0.6], 1, ["best epoch: 1"]),
    ],
)
def test_the_pictures_mark_the_best_epoch_and_the_beginning_of_overfitting(losses, best, marks):
    pictures = curves.draw(history(losses), best, "small@1 <b>&")
    drawn = "".join(ET.fromstring(pictures["curves.svg"]).itertext())
    assert all(drawn.count(mark) == 2 for mark in marks)
    assert ("overfitting" in drawn) == (len(marks) == 2)
    assert "small@1 <b>&" in drawn
    assert pictures["curves.png"].startswith(b"\x89PNG")
