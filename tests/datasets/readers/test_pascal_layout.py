"""Where the files of a data set in Pascal VOC notation lie, and its lists of names."""

import re

import numpy as np
import pytest

from luminet.datasets.example_reader import ExampleReader
from luminet.datasets.findings import InvalidExample
from luminet.datasets.readers import find_splits, make_reader, recognise
from luminet.errors import InputError
from tests.voc_folder import HEIGHT, WIDTH, encode, xml_annotation, xml_object

CLASSES = ("cat", "dog")


def refusal(data_dir, split="train"):
    with pytest.raises(InputError) as caught:
        make_reader("pascal", data_dir, split)
    return str(caught.value)


# The lists of names.


@pytest.mark.parametrize(
    "text", ["a\r\nb\r\n", "\ufeffa\nb", "a \n\n  b\n\n"], ids=["CRLF", "BOM", "blanks"]
)
def test_how_a_list_is_written_does_not_matter(voc, text):
    voc.list_file("train").write_bytes(text.encode())
    assert make_reader("pascal", voc.root, "train").keys() == ["a", "b"]


def test_the_order_of_a_list_stays(voc):
    voc.list_file("train").write_text("b\nc\na\n")
    assert make_reader("pascal", voc.root, "train").keys() == ["b", "c", "a"]


@pytest.mark.parametrize(
    "text, line",
    [
        pytest.param("a\nb\na\n", 3, id="V3 later"),
        pytest.param("a\na\nb\n", 2, id="V3 at once"),
    ],
)
def test_a_repeated_name_is_read_once_and_told(voc, text, line):
    voc.list_file("train").write_text(text)
    reader = make_reader("pascal", voc.root, "train")
    assert reader.keys() == ["a", "b"]
    (finding,) = reader.findings
    expected = f"line {line}: 'a' is already in line 1 [duplicate-id]"
    assert str(finding) == f"ImageSets/Main/train.txt: {expected}"


def test_an_empty_list_is_refused(voc):
    voc.list_file("train").write_text("\n")
    assert "train.txt: the list is empty" in refusal(voc.root)


@pytest.mark.parametrize("name", ["../a", "/etc/passwd", "b/a", "a\\b", "..", "a\0b"])
def test_a_path_in_a_list_is_refused(voc, name):
    voc.list_file("train").write_text(f"a\n{name}\n")
    assert re.search(r"train\.txt: line 2: .*unsafe-path", refusal(voc.root))


def test_a_list_that_is_not_utf8_is_refused(voc):
    voc.list_file("train").write_bytes(b"\xe9\n")
    assert "train.txt: not UTF-8" in refusal(voc.root)


def test_a_missing_split_names_those_that_there_are(voc):
    voc.add("a", split="trainval")
    voc.add("b", split="test")
    message = refusal(voc.root, "train")
    assert "ImageSets/Main/train.txt: missing" in message
    assert "test, trainval; did you mean 'trainval'?" in message


@pytest.mark.parametrize("name", ["Annotations", "ImageSets/Main"])
def test_a_missing_folder_is_named(voc, name):
    (voc.root / name).rmdir()
    assert f"{voc.root / name}: missing" in refusal(voc.root)


def test_a_missing_data_set_is_named(tmp_path):
    assert "nowhere: no such folder" in refusal(tmp_path / "nowhere")
    assert "not a data set in Pascal VOC notation" in refusal(tmp_path)


@pytest.fixture
def class_lists(voc):
    """Lists of the classes `big_dog` and `cat`, of the splits train and val."""
    for name in ("a", "b", "c"):
        voc.add(name, xml_annotation())
    voc.list_file("val").write_text("d\n")
    voc.list_file("big_dog_train").write_text("a  1\nb -1\nc  0\n")
    voc.list_file("cat_val").write_text("d -1\n")
    return voc


def test_lists_of_one_class_name_the_classes(class_lists):
    reader = make_reader("pascal", class_lists.root, "train")
    assert reader.class_names == ("big_dog", "cat")


def test_a_list_of_one_class_is_a_split_of_what_shows_it(class_lists):
    reader = make_reader("pascal", class_lists.root, "big_dog_train")
    assert reader.keys() == ["a", "c"]


def test_two_columns_in_the_list_of_a_split_are_refused(voc):
    voc.list_file("train").write_text("a 1\nb -1\n")
    assert "one name a line: remove the second column" in refusal(voc.root)


def test_without_lists_the_classes_are_not_known(voc):
    voc.add("a")
    assert make_reader("pascal", voc.root, "train").class_names is None


def test_trainval_is_no_split_beside_its_parts(voc):
    for split in ("train", "val", "trainval", "test"):
        voc.add(split, split=split)
    assert find_splits("pascal", voc.root) == ("test", "train", "val")


# Where the files lie.


@pytest.mark.parametrize("depth", [1, 2])
def test_the_only_data_set_inside_a_folder_is_found(voc, depth):
    voc.add("a")
    parents = list(voc.root.parents)
    if depth == 2:
        (parents[0] / "VOCdevkit").mkdir()
        voc.root.rename(parents[0] / "VOCdevkit" / "VOC2007")
    assert make_reader("pascal", parents[0], "train").keys() == ["a"]


def test_several_data_sets_inside_a_folder_are_refused(voc):
    (voc.root.parent / "other" / "ImageSets" / "Main").mkdir(parents=True)
    assert "holds several data sets" in refusal(voc.root.parent)


@pytest.fixture
def plain(voc, tmp_path):
    """XML beside images in the folders `train` and `test`."""
    voc.add("a", xml_annotation(xml_object("dog")))
    voc.add("b", xml_annotation(xml_object("cat")))
    for split, name in (("train", "a"), ("test", "b")):
        folder = tmp_path / "plain" / split
        folder.mkdir(parents=True)
        for part, file in (
            ("Annotations", f"{name}.xml"),
            ("JPEGImages", f"{name}.png"),
        ):
            (voc.root / part / file).rename(folder / file)
    return tmp_path / "plain"


def test_xml_beside_images(plain):
    reader = make_reader("pascal", plain, "train")
    assert reader.keys() == ["a"]
    assert reader.read("a").picture_name == "train/a.png"
    assert find_splits("pascal", plain) == ("test", "train")


def test_xml_beside_images_in_the_folder_itself(plain):
    reader = make_reader("pascal", plain / "test", "any name")
    assert reader.keys() == ["b"]
    assert find_splits("pascal", plain / "test") == ()


def test_a_missing_folder_of_a_split_names_those_that_there_are(plain):
    message = refusal(plain, "tran")
    assert "no such split; there are test, train; did you mean 'train'?" in message


def test_an_image_without_xml_is_told(plain):
    (plain / "train" / "a.xml").rename(plain / "train" / "z.xml")
    reader = make_reader("pascal", plain, "train")
    assert reader.keys() == ["a", "z"]
    for key, code in (("a", "annotation-missing"), ("z", "image-missing")):
        with pytest.raises(InvalidExample, match=rf"\[{code}\]"):
            ExampleReader(reader, CLASSES).read(key)


def folders_of_two(folder, names):
    """XML in the first of two folders, pictures of the same names in the other."""
    annotations, pictures = (folder / name for name in names)
    for path in (annotations, pictures):
        path.mkdir(parents=True)
    for stem in ("a", "b"):
        (annotations / f"{stem}.xml").write_text(xml_annotation(xml_object()))
        noise = np.random.default_rng(ord(stem)).integers(0, 256, (HEIGHT, WIDTH, 3))
        (pictures / f"{stem}.jpg").write_bytes(encode(np.uint8(noise), "JPEG"))


TWO = [
    ("annotations", "images"),
    ("Annotations", "JPEGImages"),
    ("xml", "pictures"),
    ("annots", "Imágenes"),
]


@pytest.mark.parametrize("names", TWO)
def test_annotations_and_pictures_may_lie_in_two_folders(tmp_path, names):
    folders_of_two(tmp_path, names)
    assert find_splits("pascal", tmp_path) == ()
    assert recognise(tmp_path)[0] == "pascal"
    reader = ExampleReader(make_reader("pascal", tmp_path, "train"), CLASSES)
    example, findings = reader.read("b")
    assert (reader.reader.keys(), findings) == (["a", "b"], [])
    assert example.filename == f"{names[1]}/b.jpg"
    assert example.boxes.tolist() == [[5, 10, 20, 30]]


def test_each_split_may_have_two_folders(tmp_path):
    for split in ("train", "test"):
        folders_of_two(tmp_path / split, ("annotations", "images"))
    assert find_splits("pascal", tmp_path) == ("test", "train")
    assert make_reader("pascal", tmp_path, "test").keys() == ["a", "b"]
    assert "no such split; there are test, train" in refusal(tmp_path, "val")


def test_pictures_in_a_third_folder_are_nobodys(tmp_path):
    folders_of_two(tmp_path, ("annotations", "images"))
    folders_of_two(tmp_path / "more", ("annotations", "images"))
    (tmp_path / "more" / "images").rename(tmp_path / "masks")
    assert "no such split" in refusal(tmp_path)


def test_the_pets_of_oxford_are_recognised(tmp_path):
    folders_of_two(tmp_path, ("annotations/xmls", "images"))
    (tmp_path / "annotations" / "trimaps").mkdir()
    (tmp_path / "annotations" / "trimaps" / "a.png").write_bytes(b"")
    (tmp_path / "annotations" / "list.txt").write_text("a 1 1 1\n")
    assert recognise(tmp_path)[0] == "pascal"
    assert find_splits("pascal", tmp_path) == ()
    assert make_reader("pascal", tmp_path, "all").keys() == ["a", "b"]


# Pictures that lie somewhere else.


def moved(folder, pictures, images):
    """The pictures of a folder are moved there."""
    (folder / images).parent.mkdir(parents=True, exist_ok=True)
    (folder / pictures).rename(folder / images)
    return {"images": images}


@pytest.mark.parametrize("annotations", ["data", "data/Annotations", "data/xml"])
def test_the_option_images_names_their_folder(tmp_path, annotations):
    folders_of_two(tmp_path, (annotations, "photos"))
    data_dir, options = tmp_path / "data", {"images": "../photos"}
    assert find_splits("pascal", data_dir, options) == ()
    reader = make_reader("pascal", data_dir, "all", options)
    example, findings = ExampleReader(reader, CLASSES).read("a")
    assert (reader.keys(), findings) == (["a", "b"], [])
    assert example.filename == "../photos/a.jpg"


def test_images_of_a_voc_data_set_may_lie_apart(voc):
    voc.add("a")
    options = moved(voc.root, "JPEGImages", "../photos")
    reader = make_reader("pascal", voc.root, "train", options)
    assert ExampleReader(reader, CLASSES).read("a")[0].filename == "../photos/a.png"


def test_images_may_lie_in_a_folder_for_each_split(tmp_path):
    for split in ("train", "test"):
        folders_of_two(tmp_path, (f"data/{split}", f"photos/{split}"))
    (tmp_path / "data" / "test" / "b.xml").unlink()
    options = {"images": "../photos"}
    assert find_splits("pascal", tmp_path / "data", options) == ("test", "train")
    # The picture without XML is one of this split.
    reader = make_reader("pascal", tmp_path / "data", "test", options)
    assert reader.keys() == ["a", "b"]


def test_images_of_all_splits_may_lie_in_one_folder(tmp_path):
    for split in ("train", "test"):
        folders_of_two(tmp_path, (f"data/{split}", split))
    (tmp_path / "data" / "test" / "b.xml").unlink()
    (tmp_path / "data" / "train" / "a.xml").unlink()
    (tmp_path / "train").rename(tmp_path / "photos")
    options = {"images": "../photos"}
    for split, key in (("test", "a"), ("train", "b")):
        reader = make_reader("pascal", tmp_path / "data", split, options)
        assert reader.keys() == [key]


def test_images_that_are_not_there_are_refused(voc):
    voc.add("a")
    with pytest.raises(InputError, match="no such folder; the option images names it"):
        make_reader("pascal", voc.root, "train", {"images": "nowhere"})


@pytest.mark.real_data
def test_a_folder_of_xml_is_read_where_it_lies(real_data):
    data_dir = real_data / "voc12_100_formats" / "gts" / "pascalvoc_format"
    reader = make_reader("pascal", data_dir, "all", {"images": "../../images"})
    assert len(reader.keys()) == 100
    assert ExampleReader(reader, sorted(reader.names("2007_000027"))).read(
        "2007_000027"
    )
