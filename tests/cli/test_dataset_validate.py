"""`lumi dataset validate`, from the outside: what it says before its findings."""

import json

import pytest

from luminet.cli import main
from tests.datasets.readers.csv_folder import write

TABLE = "what,where,l,t,r,b\ndog,a.png,10,5,30,20"
COLUMNS = "class,filename,xmin,ymin,xmax,ymax"


@pytest.fixture
def validate(capsys, tmp_path):
    """Run it on files; its status, and the lines of its output and messages."""

    def run(files, *args):
        write(tmp_path, files)
        status = main(["dataset", "validate", str(tmp_path), "--workers", "1", *args])
        output = capsys.readouterr()
        return status, output.out.splitlines(), output.err.splitlines()

    return run


@pytest.mark.parametrize(
    "options", [["--columns", COLUMNS], ["-o", f"columns={COLUMNS}"]]
)
def test_names_of_columns_say_that_it_is_a_table(validate, tmp_path, options):
    status, told, said = validate({"t.csv": TABLE, "a.png": ""}, *options)
    assert said == [f"{tmp_path}: read as csv: only tables have the option columns"]
    assert (status, told) == (0, ["1 images read (all 1): nothing wrong"])


def test_so_do_parts_of_the_picture(validate):
    table = "filename,class,xmin,ymin,xmax,ymax\na.png,dog,.1,.1,.5,.5"
    status, _, _ = validate({"t.csv": table, "a.png": ""}, "--relative")
    assert status == 0


def test_names_of_columns_that_do_not_fit_are_told(validate):
    _, told, _ = validate({"t.csv": TABLE}, "--columns", "filename,class")
    assert "6 columns, but --columns names 2" in told[0]


def test_what_it_was_taken_for_is_told_even_if_it_is_unusable(validate, tmp_path):
    status, told, said = validate({"a.json": '{"images": [], "annotations": ['})
    assert said[0] == f"{tmp_path}: read as coco: a.json with lists as COCO has them"
    assert (status, told[-1]) == (2, "0 images read: 1 fault")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param([{"image": "a.png", "annotations": []}], id="CreateML"),
        pytest.param([{"id": 1, "annotations": [{"result": []}]}], id="Label Studio"),
    ],
)
def test_lists_of_other_programs_are_not_taken_for_coco(validate, content):
    status, _, said = validate({"a.json": json.dumps(content), "a.png": ""})
    assert status == 2
    assert "not recognised as any of" in said[-1]
