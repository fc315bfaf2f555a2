"""Tables of boxes, good and bad, one row for each way to be bad."""

import os
import time

import numpy as np
import pytest
from PIL import Image

from luminet.datasets.readers import make_reader
from luminet.errors import InputError
from tests.datasets.readers.csv_folder import (
    BOX,
    DOG,
    HEADER,
    outcomes_of_mutations,
    pictures,
    rows,
    write,
)
from tests.datasets.readers.outcomes import faults, read, refusal, warnings
from tests.voc_folder import encode


@pytest.fixture
def folder(tmp_path):
    write(tmp_path, pictures("train/a.png", "train/b.png"))
    return tmp_path


@pytest.fixture
def reader(folder):
    """Makes a reader of a table."""

    def make(table, **options):
        write(folder, {"train.csv": table})
        return make_reader("csv", folder, "train", options)

    return make


# What is read.


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(rows(DOG), id="a header"),
        pytest.param("image_id,x1,y1,x2,y2,label\na.png,10,5,30,20,dog", id="S1 x1"),
        pytest.param(
            "XMin;YMin;X Max;y-max;Image_Name;Class Name\n10;5;30;20;a.png;dog",
            id="S1 spellings",
        ),
        pytest.param("path,left,top,right,bottom,class\na.png,10,5,30,20,dog", id="S1"),
        pytest.param("a.png,10,5,30,20,dog", id="S1 no header"),
        pytest.param("file,x,y,w,h,label\na.png,10,5,20,15,dog", id="S1 x y w h"),
        pytest.param("img,x,y,width,height,class\na.png,10,5,20,15,dog", id="S1 sides"),
        pytest.param(
            "label_name,bbox_x,bbox_y,bbox_width,bbox_height,image_name,image_width,"
            "image_height\ndog,10,5,20,15,a.png,60,40",
            id="S1 a labelling program",
        ),
        pytest.param(
            "filename,width,height,class,xmin,ymin,xmax,ymax\na.png,60,40,dog,10,5,30,20",
            id="S1 with sizes",
        ),
        pytest.param(f"\ufeff{rows(DOG)}", id="S2 BOM"),
        pytest.param(rows(DOG).replace(",", ";"), id="S2 semicolon"),
        pytest.param(rows(DOG).replace(",", "\t"), id="S2 tab"),
        pytest.param(rows(DOG).replace("\n", "\r\n"), id="S2 CRLF"),
        pytest.param(rows(DOG).replace("\n", "\r"), id="S2 CR"),
        pytest.param(rows('"a.png","dog","10",5,30,20'), id="S3 quotes"),
        pytest.param(rows("", DOG, "  ", ",,,,,"), id="S4 blank rows"),
        pytest.param(rows(" a.png , dog, 10 ,5,30,20 "), id="blanks"),
        pytest.param(rows("./a.png,dog,10,5,30,20"), id="./"),
        pytest.param(rows("a.png,dog,10.0,5.,+30,020"), id="S6 floats"),
        pytest.param(
            rows("a.png,dog,10,0,5,0,30,0,20,0").replace(",0", "\0")
            .replace(",", ";").replace("\0", ",0"),
            id="S6 decimal commas between semicolons",
        ),
    ],
)  # fmt: skip
def test_a_box_is_read(reader, table):
    made = reader(table)
    assert made.keys() == ["a.png", "b.png"]
    example, findings = read(made, "a.png")
    np.testing.assert_array_equal(example.boxes, [BOX])
    assert example.classes.tolist() == [1]
    assert findings == []


@pytest.mark.parametrize(
    "options, table, box",
    [
        pytest.param(
            {"columns": "filename,_,class,xmin,xmax,ymin,ymax"},
            "a,b,c,d,e,f,g\na.png,9,dog,10,30,5,20",
            BOX,
            id="S1 columns",
        ),
        pytest.param(
            {"columns": "class,xmin,ymin,xmax,ymax,filename"},
            "dog,10,5,30,20,a.png",
            BOX,
            id="S1 columns without header",
        ),
        pytest.param(
            {"header": "no", "columns": "file,label,x,y,w,h"},
            "a.png,dog,10,5,20,15",
            BOX,
            id="S1 columns, a size",
        ),
        pytest.param({"header": "yes"}, f"1,2,3\n{DOG}", None, id="header must be one"),
        pytest.param({"one_based": "true"}, rows(DOG), (4, 9, 20, 30), id="from 1"),
        pytest.param(
            {"one_based": "yes"},
            "file,x,y,w,h,label\na.png,10,5,20,15,dog",
            (4, 9, 19, 29),
            id="from 1, with sides",
        ),
        pytest.param(
            {"relative": "true"}, rows("a.png,dog,0.5,5e-1,1,.75"), (20, 30, 30, 60),
            id="S7 relative",
        ),
        pytest.param(
            {"relative": "true"}, rows('a.png,dog,"0,5","0,5",1,"0,75"'),
            (20, 30, 30, 60), id="S7 relative, decimal commas",
        ),
        pytest.param(
            {"relative": "false"}, rows(DOG, "b.png,dog,0,0,1,1"), BOX,
            id="S7 pixels, I say",
        ),
    ],
)  # fmt: skip
def test_options(reader, options, table, box):
    if box is None:
        with pytest.raises(InputError, match="no column for filename, class, xmin"):
            reader(table, **options)
        return
    np.testing.assert_array_equal(
        read(reader(table, **options), "a.png")[0].boxes, [box]
    )


def test_rows_of_a_picture_may_be_anywhere(reader):
    """S9."""
    boxes = [f"{name}.png,dog,10,5,30,{y}" for y in range(10, 40) for name in "ab"]
    made = reader(rows(*boxes))
    assert made.keys() == ["a.png", "b.png"]
    for key in made.keys():  # noqa: SIM118
        assert read(made, key)[0].boxes[:, 2].tolist() == [*range(10, 40)]


def test_a_picture_without_rows_or_with_an_empty_one_shows_nothing(reader, folder):
    """S8 and S10."""
    write(folder, pictures("train/c.png", "train/d.png"))
    made = reader("a.png,10,5,30,20,dog\nd.png,,,,,\nb.png, , ,,,\n")
    assert made.keys() == ["a.png", "d.png", "b.png", "c.png"]
    assert [len(read(made, key)[0].boxes) for key in made.keys()] == [1, 0, 0, 0]  # noqa: SIM118
    assert warnings(made, "d.png") == []


def test_names_may_lack_the_extension(reader, folder):
    write(folder, pictures("train/0012.JPG", "train/v1.2.png"))
    made = reader(rows("0012,dog,10,5,30,20", "v1.2,dog,10,5,30,20"))
    assert made.keys() == ["0012", "v1.2", "a.png", "b.png"]
    assert made.read("0012").picture_name == "train/0012.JPG"
    assert len(read(made, "v1.2")[0].boxes) == 1


# What makes a picture unusable.


def box_row(code, *box, id=None):
    return pytest.param(f"a.png,dog,{','.join(box)}", [code], id=id or code)


def coordinate_row(text, id):
    return box_row("coord-invalid", text, "5", "30", "20", id=f"S6 {id}")


@pytest.mark.parametrize(
    "row, codes",
    [
        pytest.param("a.png,dog,10,5,30", ["csv-row"], id="S4 short"),
        pytest.param("a.png,dog,10,5,30,20,1", ["csv-row"], id="S4 long"),
        pytest.param("a.png", ["csv-row"], id="S4 one field"),
        coordinate_row("nan", "nan"),
        coordinate_row("inf", "inf"),
        coordinate_row("1_000", "1_000"),
        coordinate_row("１２", "full-width digits"),
        coordinate_row('"1,5"', "a comma"),
        coordinate_row('"1,234"', "thousands"),
        coordinate_row("1e3", "exponent"),
        coordinate_row("0x10", "hexadecimal"),
        coordinate_row("9" * 400, "huge"),
        coordinate_row("10 0", "blank inside"),
        coordinate_row("", "empty"),
        pytest.param("a.png,dog,,,,", ["coord-invalid"] * 4, id="S6 no box"),
        pytest.param("a.png,,10,5,30,20", ["name-missing"], id="no class"),
        box_row("box-inverted", "30", "5", "10", "20"),
        box_row("box-empty", "10", "5", "10", "20"),
        box_row("box-outside", "-10", "5", "30", "20", id="S6 negative"),
        box_row("box-outside", "10", "5", "30", "44"),
        box_row("box-tiny", "10", "5", "10.5", "20"),
        pytest.param("a.png,cow,10,5,30,20", ["unknown-class"], id="unknown class"),
    ],
)
def test_a_fault_makes_its_picture_unusable(reader, row, codes):
    made = reader(rows("b.png,dog,10,5,30,20", row))
    assert faults(made, "a.png") == codes
    assert len(read(made, "b.png")[0].boxes) == 1
    place = made.read("a.png").findings.found or [None]
    assert place[0] is None or place[0].field.startswith("line 3")
    assert place[0] is None or place[0].file == "train.csv"


def test_a_missing_picture(reader, folder):
    """S8: it is not mistaken for one without objects if the extension differs."""
    write(folder, pictures("train/c.png"))
    made = reader(rows(DOG, "B.png,dog,1,2,13,14", "c.jpg,dog,1,2,13,14"))
    assert made.keys() == ["a.png", "B.png", "c.jpg", "b.png"]
    assert faults(made, "B.png") == faults(made, "c.jpg") == ["image-missing"]
    assert "'b.png', written with another case" in str(
        made.read("B.png").on_picture.found[0]
    )


def test_two_pictures_of_a_name_without_extension(reader, folder):
    write(folder, pictures("train/c.png", "train/c.jpg"))
    assert faults(reader(rows("c,dog,1,2,13,14")), "c") == ["ambiguous-image"]


@pytest.mark.parametrize("size, codes", [
    ("60,40", []),
    ("40,60", ["size-mismatch"]),
    (",", ["size-missing"]),
    ("0,40", ["size-missing"]),
    ("x,40", ["size-missing"]),
])  # fmt: skip
def test_the_size_of_the_picture(reader, size, codes):
    made = reader(f"{HEADER},width,height\n{DOG},{size}")
    if codes == ["size-mismatch"]:
        assert faults(made, "a.png") == codes
    else:
        assert warnings(made, "a.png") == codes


def test_rows_that_name_different_sizes(reader):
    made = reader(f"{HEADER},width,height\n{DOG},60,40\n{DOG}.5,60,41")
    assert faults(made, "a.png") == ["size-mismatch"]


def test_a_row_without_a_picture_is_told(reader):
    made = reader(rows(DOG, ",dog,10,5,30,20", '"",dog'))
    assert [str(finding) for finding in made.findings] == [
        "train.csv: line 3: names no picture [csv-row]",
        "train.csv: line 4: 2 fields, where the table has 6 columns [csv-row]",
    ]
    assert warnings(made, "a.png") == []


def test_a_corner_at_0_is_suspected_where_pixels_count_from_1(reader):
    made = reader(rows("a.png,dog,0,5,30,20"), one_based="true")
    assert sorted(warnings(made, "a.png")) == ["box-clipped", "zero-based-suspected"]


# Whatever it is, it is told.


def test_a_table_that_changes_is_told(reader, folder):
    made = reader(rows(DOG))
    write(folder, {"train.csv": rows(DOG, DOG)})
    assert faults(made, "a.png") == ["file-changed"]


def test_a_pipe_is_not_waited_for(folder):
    os.mkfifo(folder / "train.csv")
    started = time.monotonic()
    assert "not-a-regular-file" in refusal("csv", folder, "train")
    assert time.monotonic() - started < 1


def test_names_too_long_for_a_file_are_missing_pictures(reader):
    name = f"{'x' * 300}/{'y' * 300}"
    made = reader(rows(DOG, f"{name}.png,dog,1,2,13,14", f"{name},dog,1,2,13,14"))
    for key in (f"{name}.png", name):
        assert faults(made, key) == ["image-missing"]


def test_mutations_are_read_or_refused(reader, folder):
    good = rows(DOG, "b.png,cat,1,2,30.5,40", '"a.png","dog",3,4,50,30', "b.png,,,,,")
    outcomes = outcomes_of_mutations(reader, good)
    expected = {True, "coord-invalid", "csv-row", "csv-nul", "csv-quote", "encoding"}
    assert expected <= outcomes


@pytest.mark.parametrize("name", ["t.tif", "t"])
def test_a_picture_in_a_format_that_is_not_read_is_told_as_one(folder, reader, name):
    picture = encode(Image.new("RGB", (60, 40)), "TIFF")
    (folder / "train" / "t.tif").write_bytes(picture)
    made = reader(rows(DOG, f"{name},dog,10,5,30,20"))
    assert made.keys() == ["a.png", name, "b.png"]
    assert faults(made, name) == ["format"]


def test_a_picture_without_a_row_in_such_a_format_is_told_too(folder, reader):
    (folder / "train" / "t.tif").write_bytes(b"II*\0")
    made = reader(rows(DOG))
    assert made.keys() == ["a.png", "b.png", "t.tif"]
    assert faults(made, "t.tif") == ["format"]
