"""Names of files: safe, unique, and otherwise as they were."""

import pytest

from luminet.datasets.export.file_names import stem_of, unique_stems


@pytest.mark.parametrize(
    "filename, stem",
    [
        ("a.jpg", "a"),
        ("JPEGImages/2007_000027.jpg", "2007_000027"),
        ("x.y.PNG", "x.y"),
        ("frame.0001", "frame.0001"),
        ("größe 図.jpeg", "größe 図"),
        ("..\\..\\c.jpg", "c"),
        ("a/../../etc/passwd", "passwd"),
        ("../..", "_."),
        ("/.jpg", "picture"),
        ("", "picture"),
        (".hidden.jpg", "_hidden"),
        (" a\n\x00b\u2028.jpg", "a__b_"),
        ("12:30?.jpg", "12_30_"),
        ("caf\udce9.png", "caf_"),
        ("train.tfrecords: record 3", "train.tfrecords_ record 3"),
    ],
)
def test_a_stem_is_one_safe_part_of_a_path(filename, stem):
    assert unique_stems([filename]) == [stem]


def test_blanks_may_be_unwanted():
    assert unique_stems(["a b 1.jpg"], allow_blanks=False) == ["a_b_1"]


def test_a_long_name_is_cut_between_characters():
    [stem] = unique_stems(["図" * 100 + ".jpg"])
    assert stem == "図" * 66


def test_a_folder_tells_equal_names_apart():
    names = ["a/1.jpg", "b/1.jpg", "b/2.jpg"]
    assert unique_stems(names) == ["a_1", "b_1", "2"]


def test_the_folder_that_differs_is_taken():
    names = ["voc07/JPEGImages/1.jpg", "voc12/JPEGImages/1.jpg"]
    assert unique_stems(names) == ["voc07_1", "voc12_1"]


def test_all_folders_are_taken_where_one_is_not_enough():
    names = ["a/x/1.jpg", "a/y/1.jpg", "b/x/1.jpg"]
    assert unique_stems(names) == ["a_x_1", "a_y_1", "b_x_1"]


def test_a_picture_without_a_folder_keeps_its_name():
    assert unique_stems(["1.jpg", "b/1.jpg"]) == ["1", "b_1"]


def test_a_number_tells_names_in_one_folder_apart():
    assert unique_stems(["1.jpg", "1.png", "1-2.png"]) == ["1", "1-3", "1-2"]


def test_names_that_differ_in_case_or_unicode_form_alone_are_equal():
    assert unique_stems(["a.jpg", "A.jpg"]) == ["a", "A-2"]
    assert unique_stems(["é.jpg", "e\u0301.jpg"]) == ["é", "e\u0301-2"]


def test_a_new_name_is_never_one_that_is_there():
    stems = unique_stems(["a/1.jpg", "b/1.jpg", "a_1.jpg", "b_1.jpg"])
    assert stems == ["1", "1-2", "a_1", "b_1"]


def test_thousands_of_equal_names_are_no_trouble():
    assert len(set(unique_stems(["image.jpg"] * 5000))) == 5000


def test_a_stem_has_no_extension_of_a_picture():
    assert stem_of("a/b.c.jpg") == "b.c"
    assert stem_of("a\\b.tar") == "b.tar"
