import numpy as np
import pytest

from luminet.datasets.augmentation.augmentation import Augmentation
from luminet.datasets.transforms import Resize
from luminet.sheets.augmented_pages import augmented_pages
from tests.voc_folder import encode, xml_annotation, xml_object

FLIP = [{"flip": {"horizontal": True, "prob": 1.0}}]


@pytest.fixture
def pages(open_voc):
    def draw(steps, num_pages=1, count=2, seed=0, splits=("train",)):
        augmentation, resize = Augmentation(steps), Resize(40, 60)
        source = open_voc()
        amounts = num_pages, count, seed
        return list(augmented_pages(source, splits, augmentation, resize, *amounts))

    return draw


def half_green(seed=0):
    """A picture whose left half is green; no two are the same."""
    pixels = np.full([40, 60, 3], (seed, 0, 90), np.uint8)
    pixels[:, :30] = (0, 200, 0)
    return encode(pixels, "PNG")


def green(page):
    """Columns of the page that have something green, in runs: first and last."""
    columns = np.abs(np.asarray(page).astype(int) - (0, 200, 0)).max(axis=2) < 30
    edges = np.flatnonzero(
        np.diff(columns.any(axis=0).astype(int), prepend=0, append=0)
    )
    return edges.reshape(-1, 2)


def test_a_picture_stands_beside_what_becomes_of_it(voc, pages):
    voc.add("a", image=half_green())
    ((name, page),) = pages([])
    assert name == "augmented-1"
    assert len(green(page)) == 5
    starts = np.diff(green(page)[:, 0])
    assert np.ptp(starts) <= 3


def test_augmentation_is_that_of_the_config(voc, pages):
    voc.add("a", xml_annotation(), half_green())
    ((_, plain),), ((_, flipped),) = pages([]), pages(FLIP)
    first, *others = green(plain)[:, 0]
    first_again, *flipped_others = green(flipped)[:, 0]
    assert first == first_again
    moved = np.subtract(flipped_others, others)
    assert (moved > 50).all()


def test_partners_are_other_pictures(voc, pages):
    for index in range(6):
        voc.add(f"{index}", image=half_green(index))
    steps = [{"mosaic": {"prob": 1.0}}]
    ((_, page),) = pages(steps, count=3)
    assert len(green(page)) > 5


def test_one_picture_is_its_own_partner(voc, pages):
    voc.add("a", image=half_green())
    assert len(pages([{"mosaic": {"prob": 1.0}}])) == 1


def test_only_the_splits_that_are_named_are_shown(voc, pages):
    voc.add("a", image=half_green())
    voc.add("b", image=half_green(1), split="val")
    assert len(pages([], num_pages=5, count=1)) == 1
    assert len(pages([], num_pages=5, count=1, splits=("train", "val"))) == 2


def test_pictures_with_faults_are_passed_over(voc, pages):
    voc.add("a", xml_annotation(xml_object(box=(5, 5, 5, 5))))
    assert pages([]) == []


def test_a_seed_decides(voc, pages):
    voc.add("a", image=half_green())
    steps = [{"flip": {"horizontal": True, "prob": 0.5}}]
    drawn = [np.asarray(pages(steps, seed=seed)[0][1]) for seed in (0, 0, 1, 2, 3)]
    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert any((drawn[0] != other).any() for other in drawn[2:])
