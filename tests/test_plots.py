import numpy as np
import pytest
from PIL import Image

from luminet.errors import InputError
from luminet.plots import plot_curves

HEADER = "step,epoch,time,lr,loss,rpn_class,rpn_box,rcnn_class,rcnn_box,"
HEADER += "images_per_second,AP,AP50\n"
TRAINING = "{0},1,9.5,0.01,{1},0.1,0.2,0.3,0.4,7.5,,\n"
EVALUATION = "{0},1,9.5,,,,,,,,0.25,0.5\n"

# Panels of the picture, and colours of what is in them.
LOSS, PARTS = np.s_[40:320, 50:570], np.s_[40:320, 650:1170]
RATE, PRECISION = np.s_[420:690, 50:570], np.s_[420:690, 650:1170]
BLUE, ORANGE = (47, 111, 178), (224, 123, 40)


@pytest.fixture
def plot(tmp_path):
    def plot(text):
        (tmp_path / "metrics.csv").write_text(text)
        plot_curves(tmp_path / "metrics.csv", tmp_path / "curves.png")
        return np.asarray(Image.open(tmp_path / "curves.png").convert("RGB"))

    return plot


def has(panel, color):
    return (panel == color).all(axis=-1).any()


def test_each_panel_has_its_curve(plot):
    rows = [TRAINING.format(step, 5 - step / 100) for step in range(10, 210, 10)]
    picture = plot(HEADER + "".join(rows) + EVALUATION.format(200))
    assert picture.shape == (750, 1200, 3)
    assert has(picture[LOSS], BLUE) and not has(picture[LOSS], ORANGE)
    assert has(picture[PARTS], BLUE) and has(picture[PARTS], ORANGE)
    assert has(picture[RATE], BLUE)
    assert has(picture[PRECISION], BLUE) and has(picture[PRECISION], ORANGE)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param("", id="none"),
        pytest.param(TRAINING.format(10, 1.0), id="one"),
        pytest.param(EVALUATION.format(0), id="an evaluation only"),
        pytest.param(TRAINING.format(10, "nan"), id="a loss that is not a number"),
        pytest.param(TRAINING.format(10, "inf"), id="a loss without end"),
        pytest.param(TRAINING.format(10, 1.0) + "20,1,9.5", id="a row cut short"),
    ],
)
def test_few_or_odd_rows_make_a_picture(plot, rows):
    picture = plot(HEADER + rows)
    assert has(picture[PRECISION], BLUE) == ("0.25" in rows)


def test_one_loss_that_is_not_a_number_leaves_the_others_to_be_seen(plot):
    rows = [TRAINING.format(step, 1.0) for step in range(10, 210, 10)]
    picture = plot(HEADER + TRAINING.format(5, "nan") + "".join(rows))
    assert has(picture[LOSS], BLUE)


def test_a_resumed_run_replaces_its_later_steps(plot):
    rows = [TRAINING.format(step, 1.0) for step in (10, 20, 30)]
    again = [TRAINING.format(step, 9.0) for step in (20, 30)]
    resumed = plot(HEADER + "".join(rows + again))
    whole = plot(HEADER + "".join(rows[:1] + again))
    np.testing.assert_array_equal(resumed, whole)


def test_another_model_has_other_losses(plot):
    header = "step,epoch,time,lr,loss,rpn_class,images_per_second\n"
    picture = plot(header + "10,1,1,0.1,2,1,5\n20,1,1,0.1,2,1,5\n")
    assert has(picture[PARTS], BLUE) and not has(picture[PARTS], ORANGE)


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "must have the columns: loss, lr, step"),
        ("step,loss\n1,2\n", "must have the columns: lr"),
        (HEADER + TRAINING.format(10, "x"), "line 2, loss: could not convert"),
    ],
)
def test_a_wrong_file_is_named(plot, text, message):
    with pytest.raises(InputError, match=rf"metrics\.csv.*{message}"):
        plot(text)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"Cannot read .*no\.csv"):
        plot_curves(tmp_path / "no.csv", tmp_path / "curves.png")
    assert not (tmp_path / "curves.png").exists()
