import struct

from reporting import charts, drawing, picture
from tests.reporting import odd

PNG = b"\x89PNG\r\n\x1a\n"


def size(png):
    """Width and height of a PNG, in pixels."""
    assert png.startswith(PNG)
    return struct.unpack(">II", png[16:24])


def test_a_chart_is_drawn_at_a_scale():
    chart = charts.shares([odd.brand("Lumo")])
    (width, height), (twice, _) = size(drawing.png(chart, scale=1)), size(drawing.png(chart))
    assert width > charts.WIDTH
    assert height > charts.BAR_HEIGHT
    assert abs(twice - 2 * width) <= 2


def test_a_name_that_no_picture_can_hold_is_drawn_without_what_it_cannot_hold():
    chart = charts.shares([odd.brand("a\x07b\x1b[31m\ufffe")])
    assert "a\ufffdb\ufffd[31m\ufffd" in drawing.svg(chart)
    assert size(drawing.png(chart))


def test_a_report_is_one_picture_and_the_same_one_each_time():
    made = odd.report("Lumo", "Kite")
    assert size(picture.render(made)) > size(picture.render(odd.report("Lumo")))[1:]
    assert picture.render(made) == picture.render(made)


def test_a_picture_of_many_brands_holds_the_largest():
    sizes = [size(picture.render(odd.report(*map(str, range(count)))))[1] for count in (24, 200)]
    assert abs(sizes[0] - sizes[1]) < 10


def test_every_odd_name_can_be_drawn():
    assert size(picture.render(odd.report(*odd.NAMES)))


def test_a_picture_of_nothing_says_so():
    assert size(picture.render(odd.report()))[1] < 200
    assert size(picture.render(odd.report("Lumo", scored=0)))[1] < 200
