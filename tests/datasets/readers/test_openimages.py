"""Open Images annotations, good and bad, one row for each way to be bad."""

import os
import re

import numpy as np
import pytest

from luminet.datasets.readers import make_reader
from luminet.errors import InputError
from tests.datasets.readers.csv_folder import (
    BOX,
    outcomes_of_mutations,
    pictures,
    write,
)
from tests.datasets.readers.notations.openimages import HEADER
from tests.datasets.readers.outcomes import (
    faults,
    read,
    refusal,
    warnings,
)

TABLE = "train-annotations-bbox.csv"
CLASSES = "/m/01yrx,cat\n/m/0bt9lr,dog\n"
DOG = "a,xclick,/m/0bt9lr,1,0.166666667,0.5,0.125,0.5,0,0,0,0,0"


def rows(*rows):
    return "\n".join([HEADER, *rows])


def row(xs="0.166666667,0.5", ys="0.125,0.5", flags="0,0,0", key="a", code="/m/0bt9lr"):
    return f"{key},xclick,{code},1,{xs},{ys},0,0,{flags}"


@pytest.fixture
def folder(tmp_path):
    files = {
        "class-descriptions-boxable.csv": CLASSES,
        "image_ids_and_rotation.csv": "ImageID,Rotation\na,0\nb,\n",
    }
    write(tmp_path, files | pictures("train/a.png", "train/b.jpg"))
    return tmp_path


@pytest.fixture
def reader(folder):
    """Makes a reader of a table."""

    def make(table, **options):
        write(folder, {TABLE: table})
        return make_reader("openimages", folder, "train", options)

    return make


# What is read.


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(rows(DOG), id="version 4"),
        pytest.param(
            "ImageID,LabelName,XMin,XMax,YMin,YMax,IsGroupOf\n"
            "a,/m/0bt9lr,0.166666667,0.5,0.125,0.5,0",
            id="challenge",
        ),
        pytest.param(rows(DOG).replace("\n", "\r\n"), id="S2 CRLF"),
        pytest.param(f"\ufeff{rows('', DOG, '')}", id="S2 BOM, S4 blank rows"),
        pytest.param(rows(row(xs="1.66666667e-1,.5")), id="exponent"),
        pytest.param(rows(row(flags="-1,-1,")), id="nobody looked"),
        pytest.param(
            rows(row('"0,166666667","0,5"', '"0,125","0,5"')), id="decimal commas"
        ),
    ],
)
def test_a_box_is_read(reader, table):
    made = reader(table)
    assert (made.keys(), made.class_names) == (["a", "b.jpg"], ("cat", "dog"))
    example, findings = read(made)
    np.testing.assert_allclose(example.boxes, [BOX], atol=1e-5)
    assert example.classes.tolist() == [1]
    assert not example.crowd.any()
    assert [*made.findings] == findings == []


def test_a_group_is_a_crowd(reader):
    """O3."""
    made = reader(rows(DOG, row("0,1", flags="1,0,0")))
    assert read(made)[0].crowd.tolist() == [False, True]


@pytest.mark.parametrize(
    "options, count",
    [
        ({}, 4),
        ({"depictions": "drop"}, 2),
        ({"insides": "drop"}, 2),
        ({"insides": "drop", "depictions": "drop"}, 1),
    ],
)
def test_depictions_and_insides(reader, options, count):
    """O3."""
    flags = ("0,0,0", "0,1,0", "0,0,1", "0,1,1")
    made = reader(
        rows(*[row(f"0.{n},1", flags=f) for n, f in enumerate(flags)]), **options
    )
    assert len(read(made)[0].boxes) == count


@pytest.mark.parametrize("key", ["0012", "000026e7ee790996", "1e5", "0x1f"])
def test_ids_are_texts(reader, folder, key):
    """O6."""
    write(folder, pictures(f"train/{key}.jpg"))
    made = reader(rows(row(key=key)))
    assert made.keys() == [key, "a.png", "b.jpg"]
    assert made.read(key).picture_name == f"train/{key}.jpg"


def test_ids_may_have_the_extension(reader):
    made = reader(rows(row(key="b.jpg")))
    assert made.keys() == ["b.jpg", "a.png"]
    assert len(read(made, "b.jpg")[0].boxes) == 1


def test_rows_of_a_picture_may_be_anywhere(reader):
    """S9."""
    table = [row(ys=f"0,0.{n}", key=key) for n in range(2, 9) for key in "ab"]
    made = reader(rows(*table))
    for key in "ab":
        boxes = read(made, key)[0].boxes
        np.testing.assert_allclose(boxes[:, 2], [4.0 * n for n in range(2, 9)], 1e-6)


# What makes a picture unusable, and what is odd.


@pytest.mark.parametrize(
    "text, codes",
    [
        pytest.param(row("0.1,1.2"), ["box-outside"], id="O1 above 1"),
        pytest.param(row("-0.1,0.5"), ["box-outside"], id="O1 below 0"),
        pytest.param(row("10,30"), ["box-outside"], id="O1 pixels"),
        pytest.param(row("0.5,0.1"), ["box-inverted"], id="O1 XMin > XMax"),
        pytest.param(row("0.5,0.5"), ["box-empty"], id="O1 XMin = XMax"),
        pytest.param(row(ys="0.5,0.501"), ["box-tiny"], id="tiny"),
        pytest.param(row("nan,0.5"), ["coord-invalid"], id="S6 nan"),
        pytest.param(row("inf,1_0"), ["coord-invalid"] * 2, id="S6 inf, 1_0"),
        pytest.param(row(",０.5"), ["coord-invalid"] * 2, id="S6 empty, full width"),
        pytest.param(row('"0,1",0.5'), ["coord-invalid"], id="S6 comma and point"),
        pytest.param(row(flags="2,0,0"), ["flag-invalid"], id="flag 2"),
        pytest.param(row(flags="0,yes,0"), ["flag-invalid"], id="flag yes"),
        pytest.param(row(code=""), ["name-missing"], id="no class"),
        pytest.param("a,xclick,/m/0bt9lr,1,0.1,0.5", ["csv-row"], id="S4 short"),
        pytest.param(f"{DOG},0", ["csv-row"], id="S4 long"),
    ],
)
def test_a_fault_makes_its_picture_unusable(reader, text, codes):
    made = reader(rows(row(key="b"), text))
    assert faults(made) == codes
    assert len(read(made, "b")[0].boxes) == 1
    for finding in made.read("a").findings.found:
        assert (finding.file, finding.field[:6]) == (TABLE, "line 3")


def test_a_missing_picture(reader):
    """S8."""
    made = reader(rows(DOG, row(key="c")))
    assert made.keys() == ["a", "c", "b.jpg"]
    assert faults(made, "c") == ["image-missing"]
    assert reader(rows(DOG, row(key="c")), local="true").keys() == ["a", "b.jpg"]


def test_a_row_without_a_picture_is_told(reader):
    assert [f.code for f in reader(rows(DOG, row(key=""))).findings] == ["csv-row"]


def test_a_picture_that_lies_on_its_side(reader, folder):
    """O4."""
    table = 'ImageID,Title,Rotation\na,"x, y",90.0\nb,z,nan\nc,z,180\nd,z,270\n'
    write(folder, {"image_ids_and_rotation.csv": table})
    write(folder, pictures("train/c.png"))
    made = reader(rows(DOG, row(key="b"), row(key="c")))
    assert warnings(made) == warnings(made, "c") == ["rotated"]
    assert "counterclockwise by 90 degrees" in str(made.read("a").findings.found[0])
    assert made.read("b").findings.found == [*made.findings] == []


@pytest.mark.parametrize("content", [None, "a,b\n1,2", 'ImageID,Rotation\n"a,0\n'])
def test_an_unknown_rotation_is_a_warning(reader, folder, content):
    """O4."""
    (folder / "image_ids_and_rotation.csv").unlink()
    if content:
        write(folder, {"image_ids_and_rotation.csv": content})
    [finding] = reader(rows(DOG)).findings
    assert (finding.code, finding.fatal) == ("rotation-unknown", False)
    assert finding.remedy


# What makes all of it unusable.


@pytest.mark.parametrize(
    "files, message",
    [
        pytest.param(
            {TABLE: rows(DOG, row(code="/m/0xyz"))},
            "line 3: LabelName: '/m/0xyz' is not in class-desc.*mid-unknown",
            id="O2 unknown code",
        ),
        pytest.param(
            {TABLE: rows(DOG), "class-descriptions-boxable.csv": "/m/01yrx,cat,1"},
            "class-list-malformed",
            id="O2 not a list",
        ),
        pytest.param({TABLE: rows(DOG, '"a')}, "line 3: .*csv-quote", id="S3 quote"),
        pytest.param({TABLE: rows(DOG, "a\0")}, "line 3: .*csv-nul", id="S5 NUL"),
        pytest.param({TABLE: rows("a" * 131_073)}, "csv-too-long", id="S5 long"),
        pytest.param({TABLE: rows(row(key="../a"))}, "line 2.*unsafe-path", id="S11"),
        pytest.param({TABLE: rows(row(key="/a"))}, "unsafe-path", id="S11 absolute"),
        pytest.param({TABLE: rows()}, "split-empty", id="no rows"),
        pytest.param({TABLE: rows(row(key="c"))}, "folder-missing", id="no pictures"),
        pytest.param({TABLE: f"ImageID,{rows(DOG)}"}, "two columns of one", id="twice"),
        pytest.param({TABLE: "ImageID,LabelName\n"}, "layout-unknown", id="S1 columns"),
        pytest.param({}, "not a data set in Open Images notation", id="no table"),
    ],
)
def test_what_is_refused(folder, files, message):
    write(folder, files)
    text = refusal("openimages", folder, "train")
    assert re.search(message, text), text


def test_codes_need_names(reader, folder):
    """O2."""
    (folder / "class-descriptions-boxable.csv").unlink()
    with pytest.raises(InputError, match="without class-descriptions-boxable.csv"):
        reader(rows(DOG))
    made = reader(rows(row(code="dog")))
    assert made.class_names is None
    assert made.read("a").objects[0].class_name == "dog"


def test_two_codes_of_one_name_are_two_classes(reader, folder):
    names = "LabelName,DisplayName\n/m/01yrx,bat\n/m/0bt9lr,bat\n"
    write(folder, {"class-descriptions-boxable.csv": names})
    made = reader(rows(DOG))
    assert made.class_names == ("bat", "bat (/m/0bt9lr)")


def test_the_list_of_all_classes_does_not_say_which_there_are(reader, folder):
    (folder / "class-descriptions-boxable.csv").rename(
        folder / "class-descriptions.csv"
    )
    made = reader(rows(DOG))
    assert made.class_names is None
    assert made.names("a") == {"dog"}


@pytest.mark.parametrize(
    "options", [{"depictions": "no"}, {"insides": "1"}, {"local": "some"}]
)
def test_options_that_are_refused(folder, options):
    write(folder, {TABLE: rows(DOG)})
    [name] = options
    assert f"the option {name} must be" in refusal(
        "openimages", folder, "train", options
    )


def test_a_pipe_is_not_waited_for(folder):
    os.mkfifo(folder / TABLE)
    assert "layout-unknown" in refusal("openimages", folder, "train")


def test_mutations_are_read_or_refused(reader):
    good = rows(DOG, row(key="b", flags="1,0,0"), row('"0.1",0.9', key="a"))
    outcomes = outcomes_of_mutations(reader, good)
    assert {True, "coord-invalid", "csv-row", "csv-nul", "mid-unknown"} <= outcomes


def test_a_picture_in_a_format_that_is_not_read_is_told_as_one(folder, reader):
    (folder / "train" / "t.tif").write_bytes(b"II*\0")
    assert faults(reader(rows(DOG, row(key="t"))), "t") == ["format"]
