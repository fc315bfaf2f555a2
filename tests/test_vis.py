import numpy as np
import pytest
from PIL import Image

from luminet import vis
from luminet.detections import Detections

NAMES = ("cat", "dog")
GREY = np.full([200, 300, 3], 128, np.uint8)
RED = (255, 75, 75)  # of class 0
BLUE = (47, 155, 255)  # of class 1


def pixels(picture, color):
    """Rows and columns of the pixels that have this colour."""
    return np.argwhere((np.asarray(picture) == color).all(axis=2))


def draw(*boxes, classes=None, labels=None, image=GREY, dashed=None):
    classes = [0] * len(boxes) if classes is None else classes
    return vis.draw_boxes(image, np.array(boxes), classes, labels, dashed)


def test_the_image_keeps_its_size_and_stays_as_it_is():
    image = GREY.copy()
    picture = draw([10, 20, 110, 220], image=image)
    assert picture.size == (300, 200)
    np.testing.assert_array_equal(image, GREY)


def test_nothing_found_is_the_image():
    picture = vis.draw_detections(GREY, Detections(), NAMES)
    np.testing.assert_array_equal(np.asarray(picture), GREY)


def test_a_box_covers_its_pixels_and_no_others():
    drawn = pixels(draw([60, 20, 110, 220]), RED)
    np.testing.assert_array_equal(drawn.min(axis=0), [60, 20])
    np.testing.assert_array_equal(drawn.max(axis=0), [109, 219])


def test_lines_are_thicker_on_larger_images():
    for side, thickness in [(100, 1), (640, 2), (1920, 6)]:
        image = np.zeros([side, side, 3], np.uint8)
        picture = draw([side // 4, side // 4, side // 2, side // 2], image=image)
        column = np.asarray(picture)[:, side * 3 // 8]
        assert np.sum((column == RED).all(axis=1)) == 2 * thickness


@pytest.mark.parametrize(
    "box",
    [
        pytest.param([-50, -50, 1000, 1000], id="larger than the image"),
        pytest.param([-1e9, -np.inf, 1e9, np.inf], id="without end"),
        pytest.param([500, 500, 600, 600], id="outside"),
        pytest.param([7, 7, 7, 7], id="empty"),
        pytest.param([199.6, 299.6, 200, 300], id="in the last corner"),
    ],
)
@pytest.mark.parametrize("dashed", [[False], [True]])
def test_a_box_that_is_not_all_within_is_drawn_as_far_as_it_goes(box, dashed):
    assert len(pixels(draw(box, dashed=dashed), RED)) > 0


@pytest.mark.parametrize("size", [(1, 1), (8, 300), (300, 8), (30, 30)])
def test_tiny_images_are_drawn_on(size):
    image = np.zeros([*size, 3], np.uint8)
    picture = draw([0, 0, 8, 8], labels=["a long label"], image=image, dashed=[True])
    assert picture.size == size[::-1]


def test_a_dashed_line_has_gaps():
    solid, dashed = (draw([60, 20, 110, 220], dashed=[flag]) for flag in (0, 1))
    solid_row, dashed_row = (np.asarray(p)[109, 20:220] for p in (solid, dashed))
    assert (solid_row == RED).all()
    share = np.mean((dashed_row == RED).all(axis=1))
    assert 0.4 < share < 0.65
    assert tuple(dashed_row[0]) == tuple(dashed_row[-1]) == RED


def test_ignored_objects_are_dashed_and_padding_is_left_out():
    boxes, classes = [[60, 20, 110, 220], [0, 0, 0, 0]], [0, -1]
    picture = vis.draw_ground_truth(GREY, boxes, classes, NAMES, [True, False])
    expected = draw([60, 20, 110, 220], labels=["cat"], dashed=[True])
    np.testing.assert_array_equal(np.asarray(picture), np.asarray(expected))


def test_a_detection_has_its_class_and_score_on_it():
    box = [60, 20, 110, 220]
    picture = vis.draw_detections(GREY, Detections([box], [0.968], [1]), NAMES)
    expected = draw(box, classes=[1], labels=["dog 0.97"])
    np.testing.assert_array_equal(np.asarray(picture), np.asarray(expected))


def test_labels_of_the_same_box_lie_beside_each_other():
    box = [60, 20, 110, 220]
    alone = draw(box, classes=[1], labels=["dog"])
    both = draw(box, box, classes=[1, 0], labels=["dog", "cat"])
    on_box = pixels(alone, BLUE)
    plate = on_box[on_box[:, 0] < 60]
    assert len(plate) > 100
    np.testing.assert_array_equal(np.asarray(both)[tuple(plate.T)], [BLUE] * len(plate))
    assert len(pixels(both, RED)) > len(pixels(draw(box), RED))


@pytest.mark.parametrize("box", [[0, 0, 50, 50], [0, 780, 20, 800], [780, 0, 800, 9]])
def test_labels_stay_within_the_image(box):
    white = np.full([800, 800, 3], 255, np.uint8)
    pictures = [
        draw(where, labels=["a label"], image=white)
        for where in ([200, 200, 300, 400], box)
    ]
    inside, at_the_edge = (len(pixels(picture, (0, 0, 0))) for picture in pictures)
    assert inside == at_the_edge > 20


def test_colours_may_be_given():
    box = np.array([[60, 20, 110, 220]])
    picture = vis.draw_boxes(GREY, box, [0], ["a"], colors=["#2f9bff"])
    expected = draw([60, 20, 110, 220], classes=[1], labels=["a"])
    np.testing.assert_array_equal(np.asarray(picture), np.asarray(expected))


def test_the_width_of_lines_may_be_given():
    picture = vis.draw_boxes(GREY, np.array([[60, 20, 110, 220]]), [0], line_width=3)
    column = np.asarray(picture)[:, 100]
    assert np.sum((column == RED).all(axis=1)) == 6


def test_an_empty_label_leaves_no_plate():
    box = [60, 20, 110, 220]
    labelled, plain = draw(box, labels=[""]), draw(box)
    np.testing.assert_array_equal(np.asarray(labelled), np.asarray(plain))


def test_small_boxes_lie_on_top():
    large, small = [0, 0, 200, 300], [150, 100, 200, 200]
    for order in ([large, small], [small, large]):
        classes = [order.index(large), order.index(small)]
        colors = [0, 1] if classes == [0, 1] else [1, 0]
        picture = draw(*order, classes=colors)
        assert tuple(np.asarray(picture)[199, 150]) == BLUE


def test_every_class_has_its_own_color_for_ever():
    colors = [vis.color(index) for index in range(200)]
    assert len(set(colors)) == 200
    assert colors[:2] == ["#ff4b4b", "#2f9bff"]
    assert all(len(color) == 7 for color in colors)


@pytest.mark.parametrize(
    "image",
    [
        np.zeros([10, 10, 3], np.float32),
        np.zeros([10, 10], np.uint8),
        np.zeros([10, 10, 4], np.uint8),
    ],
)
def test_another_kind_of_image_is_refused(image):
    with pytest.raises(ValueError, match=r"uint8 \[H, W, 3\]. Received: "):
        draw(image=image)


def test_side_by_side_keeps_both_pictures():
    left, right = Image.new("RGB", (300, 200), RED), Image.new("RGB", (300, 200), BLUE)
    picture = vis.side_by_side(left, right)
    assert picture.width > 600 and picture.height > 200
    assert len(pixels(picture, RED)) == len(pixels(picture, BLUE)) == 300 * 200
    assert pixels(picture, RED).max() < pixels(picture, BLUE)[:, 1].max()


def test_a_sheet_has_rows_and_shrinks_what_is_too_wide():
    images = [Image.new("RGB", (100, 50), RED)] * 3 + [
        Image.new("RGB", (400, 200), BLUE)
    ]
    picture = vis.sheet(images, columns=3, cell_width=100)
    assert picture.size == (3 * 100 + 4 * 8, 2 * 50 + 3 * 8)
    assert len(pixels(picture, RED)) == 3 * 100 * 50
    assert len(pixels(picture, BLUE)) == 100 * 50


def test_a_sheet_of_nothing_is_refused():
    with pytest.raises(ValueError, match="must not be empty"):
        vis.sheet([])


@pytest.mark.real_data
def test_photographs_are_drawn_on(real_data):
    for path in sorted((real_data / "photos").glob("cat*")):
        image = np.asarray(Image.open(path).convert("RGB"))
        box = [0.2 * len(image), 10, 0.8 * len(image), 200]
        picture = vis.draw_detections(image, Detections([box], [0.5], [0]), NAMES)
        changed = np.mean((np.asarray(picture) != image).any(axis=2))
        assert 0.0 < changed < 0.1
