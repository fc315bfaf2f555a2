"""Tables of boxes, and options, that make a whole data set unusable."""

import re

import pytest

from tests.datasets.readers.csv_folder import DOG, HEADER, pictures, rows, write
from tests.datasets.readers.outcomes import refusal


@pytest.fixture
def folder(tmp_path):
    write(tmp_path, pictures("train/a.png", "train/b.png"))
    return tmp_path


@pytest.mark.parametrize(
    "table, message",
    [
        pytest.param(
            "filename,cell_type,xmin,xmax,ymin,ymax\na.png,dog,1,2,3,4",
            "no column for class among filename, cell_type, .*"
            "--columns filename,class,xmin,xmax,ymin,ymax",
            id="S1 unknown column",
        ),
        pytest.param("a,b,c\n1,2,3", "no column for filename, class", id="S1 unknown"),
        pytest.param(
            f"{HEADER},label\n{DOG},1",
            "'class' and 'label' are both the class.*--columns .*ymax,_",
            id="S1 two columns for one thing",
        ),
        pytest.param(
            "filename,filename,class,xmin,ymin,xmax,ymax\na,a,b,1,2,3,4",
            "'filename' and 'filename' are both",
            id="S1 a repeated name",
        ),
        pytest.param(
            "file,x1,y1,w,class\na,1,2,3,b", "no column for xmax, ymax", id="S1"
        ),
        pytest.param("a.png,10,5,30,20", "5 columns without names", id="S1 no header"),
        pytest.param("filename|class\n", "csv-delimiter", id="S2 delimiter"),
        pytest.param(rows(DOG, '"a.png,dog,1,2,3,4', DOG), "line 3: a quote", id="S3"),
        pytest.param(
            rows(DOG, "a\0.png,dog,1,2,3,4"), "line 3: .*csv-nul", id="S5 NUL"
        ),
        pytest.param(rows(DOG, "a" * 131_073), "line 3: .*csv-too-long", id="S5 long"),
        pytest.param(
            rows("a.png,dog,0.1,0.2,0.5,1"), "line 2: 1 of 1 .*looks-relative", id="S7"
        ),
        pytest.param(
            rows('a.png,dog,"0,1","0,2","0,5",1'), "looks-relative", id="S7 commas"
        ),
        pytest.param(
            rows(DOG, DOG, "b.png,dog,0,0,1,1"),
            "line 4: 1 of 3 .*relative",
            id="S7 mixed",
        ),
        pytest.param(
            "file,x,y,w,h,class\na.png,0.9,0.9,.1,.1,dog",
            "looks-relative",
            id="S7 sides",
        ),
        pytest.param(rows("../a.png,dog,1,2,3,4"), "unsafe-path", id="S11 .."),
        pytest.param(
            rows("/etc/passwd,dog,1,2,3,4"), "line 2.*unsafe", id="S11 absolute"
        ),
        pytest.param(rows("b\\a.png,dog,1,2,3,4"), "unsafe-path", id="S11 backslash"),
        pytest.param(rows("http://a/a.png,dog,1,2,3,4"), "unsafe-path", id="S11 URL"),
        pytest.param(rows(), "split-empty", id="no rows"),
        pytest.param("", "split-empty", id="nothing"),
        pytest.param(rows(DOG).encode("utf-16"), "encoding", id="UTF-16"),
        pytest.param(
            rows("é.png,dog,1,2,3,4").encode("latin1"), "encoding", id="Latin 1"
        ),
        pytest.param(
            rows("x.png,dog,1,2,3,4"), "folder-missing", id="no picture at all"
        ),
    ],
)
def test_what_is_refused(folder, table, message):
    write(folder, {"train.csv": table})
    text = refusal("csv", folder, "train")
    assert re.search(message, text), text


@pytest.mark.parametrize(
    "options, message",
    [
        ({"columns": "file,clas"}, r"not 'clas'; did you mean 'class'\?"),
        ({"columns": "filename,class"}, "6 columns, but --columns names 2"),
        ({"header": "maybe"}, "header must be auto, yes or no"),
        ({"relative": "maybe"}, "relative must be true or false"),
        ({"one_based": "2"}, "one_based must be true or false"),
        ({"relative": "true", "one_based": "true"}, "do not count from 1"),
        ({"images": "nowhere"}, "nowhere: no such folder; the option images"),
        ({"relative": "true"}, "line 2: 1 of 1 boxes are in pixels.*looks-absolute"),
    ],
)
def test_options_that_are_refused(folder, options, message):
    write(folder, {"train.csv": rows(DOG)})
    text = refusal("csv", folder, "train", options)
    assert re.search(message, text), text
