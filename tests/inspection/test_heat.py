"""Scores as colours."""

import numpy as np
from PIL import Image

from luminet.inspection.heat import COLORS, heat_colors, heat_map, hex_colors


def test_the_ends_of_the_scale_are_its_first_and_last_colour():
    assert hex_colors([0.0, 1.0]) == [COLORS[0], COLORS[-1]]


def test_a_higher_score_is_lighter():
    light = heat_colors(np.linspace(0, 1, 50)) @ [0.299, 0.587, 0.114]
    assert (np.diff(light) > 0).all()


def test_a_pixel_has_the_colour_of_the_nearest_cell():
    picture = Image.new("RGB", (8, 4), "#000000")
    centers = np.array([2.0]), np.array([2.0, 6.0])
    heat = np.asarray(heat_map(picture, centers, np.array([[0.0, 1.0]])))
    assert (heat[:, :4] == heat[0, 0]).all() and (heat[:, 4:] == heat[0, 7]).all()
    assert heat[0, 7].sum() > heat[0, 0].sum()
