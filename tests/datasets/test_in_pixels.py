"""Objects whose numbers are parts of their picture."""

import json

from luminet.datasets.annotation import AnnotatedObject
from luminet.datasets.in_pixels import in_pixels


def test_box_area_and_outline_are_scaled_by_height_and_width():
    outline = json.dumps([[0.5, 0.25, 1, 0.25, 0.3333333, 0.75]])
    item = AnnotatedObject(
        "line 1", "dog", (0.25, 0.5, 0.75, 1.0), True, False, 0.125, outline
    )
    scaled = in_pixels(item, height=40, width=60)
    assert scaled.box == (10.0, 30.0, 30.0, 60.0)
    assert scaled.area == 300.0
    assert json.loads(scaled.segmentation) == [[30, 10, 60, 10, 20, 30]]
    assert (scaled.place, scaled.class_name) == ("line 1", "dog")
    assert (scaled.difficult, scaled.crowd) == (True, False)


def test_an_object_may_have_neither_area_nor_outline():
    scaled = in_pixels(AnnotatedObject("", "dog", (0.0, 0.0, 1.0, 1.0)), 40, 60)
    assert scaled.box == (0, 0, 40, 60)
    assert (scaled.area, scaled.segmentation) == (None, "")
