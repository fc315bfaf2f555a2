"""Near duplicates: copies are found, other pictures are not."""

import io

import numpy as np
import pytest
from PIL import Image

from luminet.datasets.source import near_duplicates
from luminet.datasets.source.near_duplicates import fingerprint, groups


def picture(rng, height=96, width=128):
    """Smooth blotches, as a photograph has."""
    coarse = rng.integers(0, 256, (9, 12, 3), np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


def encode(image, **options):
    file = io.BytesIO()
    image.save(file, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda image: encode(image, format="PNG"), id="another format"),
        pytest.param(lambda i: encode(i, format="JPEG", quality=30), id="compressed"),
        pytest.param(
            lambda i: encode(i.resize((64, 48)), format="JPEG", quality=90),
            id="smaller",
        ),
        pytest.param(
            lambda i: encode(i.point(lambda v: v * 0.9), format="PNG"), id="darker"
        ),
    ],
)
def test_a_copy_is_near(rng, change):
    images = [picture(rng) for _ in range(20)]
    prints = [fingerprint(encode(image, format="JPEG")) for image in images]
    prints += [fingerprint(change(image)) for image in images]
    assert groups(prints) == [*range(20), *range(20)]


def test_other_pictures_are_not(rng):
    prints = [fingerprint(encode(picture(rng), format="JPEG")) for _ in range(300)]
    assert groups(prints) == list(range(300))


def test_groups_are_those_of_a_comparison_of_all_pairs(rng):
    prints = [rng.integers(0, 256, 32, np.uint8) for _ in range(30)]
    for _ in range(60):
        bits = np.unpackbits(prints[rng.integers(len(prints))])
        bits[rng.integers(0, 256, 8)] ^= 1
        prints.append(np.packbits(bits))
    assert groups(prints) == by_all_pairs(prints)


def by_all_pairs(prints):
    """Each takes the smallest number that it reaches over near pairs."""
    numbers, changed = list(range(len(prints))), True
    while changed:
        changed = False
        for one in range(len(prints)):
            for other in range(len(prints)):
                distance = np.unpackbits(prints[one] ^ prints[other]).sum()
                if distance <= 24 and numbers[other] < numbers[one]:
                    numbers[one], changed = numbers[other], True
    return numbers


def flipped(fingerprint, positions):
    """A fingerprint with some bits changed."""
    bits = np.unpackbits(fingerprint)
    bits[positions] ^= 1
    return np.packbits(bits)


@pytest.mark.parametrize("num_equal_rows", [1, 4])
def test_an_equal_border_hides_no_copy_and_costs_little(
    rng, monkeypatch, num_equal_rows
):
    compared, distances = [], near_duplicates._distances
    monkeypatch.setattr(
        near_duplicates,
        "_distances",
        lambda one, other: compared.append(len(one)) or distances(one, other),
    )
    count, border = 8000, 2 * num_equal_rows
    prints = list(rng.integers(0, 256, (count, 32), np.uint8))
    for value in prints:
        value[:border] = 0
    inside = np.arange(8 * border, 256)
    prints += [flipped(value, rng.choice(inside, 10)) for value in prints[:500]]
    assert groups(prints) == [*range(count), *range(500)]
    # All pairs would be 36 million.
    assert sum(compared) < 2 * 256 * num_equal_rows * count


def test_many_pictures_of_a_still_scene_are_one_group(rng):
    scene = rng.integers(0, 256, 32, np.uint8)
    prints = [flipped(scene, rng.choice(256, 8)) for _ in range(5000)]
    assert groups(prints) == [0] * 5000
    assert groups([scene] * 5000) == [0] * 5000


@pytest.mark.parametrize("data", [b"", b"<html>", b"\xff\xd8\xff"])
def test_what_is_no_picture_has_no_fingerprint_and_is_alone(data):
    assert fingerprint(data) is None
    assert groups([None, None]) == [0, 1]


@pytest.mark.real_data
def test_a_copy_of_half_the_size_with_much_sky_is_found(real_data):
    paths = (real_data / "photos").rglob("*.jpg")
    paths = {path.name: path for path in paths}
    names = ("image1.jpg", "kite_and_cold.jpg")  # 600 pixels wide, and 1352
    assert groups([fingerprint(paths[name].read_bytes()) for name in names]) == [0, 0]


@pytest.mark.real_data
def test_pictures_of_one_workbench_are_not_taken_for_copies(real_data):
    paths = sorted((real_data / "microcontrollers").rglob("*.jpg"))
    prints = [fingerprint(path.read_bytes()) for path in paths]
    prints = [value for value in prints if value is not None]
    assert len(set(groups(prints))) == len(prints) > 100


@pytest.mark.real_data
def test_the_pictures_of_a_microscope_are_not_taken_for_copies(real_data):
    folder = real_data / "bccd" / "BCCD" / "JPEGImages"
    prints = [fingerprint(path.read_bytes()) for path in sorted(folder.glob("*.jpg"))]
    assert len(set(groups(prints))) == len(prints) == 364
