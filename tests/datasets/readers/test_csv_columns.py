"""Tables with all four numbers of a box in one column, or with a column of splits."""

import pytest

from luminet.datasets.readers import find_splits, make_reader, recognise
from tests.datasets.readers.csv_folder import BOX, HEADER, pictures, write
from tests.datasets.readers.outcomes import faults, read, refusal

UNITED = "image_id,width,height,bbox,source"


def boxes(reader, key):
    return read(reader, key)[0].boxes.tolist()


# A box in one column, as in Kaggle's competition on wheat.


@pytest.mark.parametrize(
    "box", ['"[10.0, 5.0, 20.0, 15.0]"', '"(10,5,20,15)"', "10 5 20 15", "[10 5 20 15]"]
)
def test_a_box_in_one_column_is_a_corner_and_a_size(tmp_path, box):
    write(tmp_path, {"t.csv": f"file,bbox,class\na.png,{box},dog"} | pictures("a.png"))
    assert recognise(tmp_path)[0] == "csv"
    assert boxes(make_reader("csv", tmp_path, "all"), "a.png") == [[*BOX]]


def test_all_objects_may_be_of_one_class(tmp_path):
    rows = 'a,60,40,"[10.0, 5.0, 20.0, 15.0]",usask\nb,60,40,,usask'
    files = pictures("train/a.png", "train/b.png", "train/c.png")
    write(tmp_path, {"train.csv": f"{UNITED}\n{rows}"} | files)
    options = {"default_class": "dog"}
    reader = make_reader("csv", tmp_path, "train", options)
    assert reader.keys() == ["a", "b", "c.png"]
    assert reader.read("a").objects[0].class_name == "dog"
    assert boxes(reader, "a") == [[*BOX]]
    assert boxes(reader, "b") == []
    assert "no column for class" in refusal("csv", tmp_path, "train")
    assert "(if all are of one: --type csv -o default_class=NAME)" in refusal(
        "csv", tmp_path, "train"
    )


@pytest.mark.parametrize("box", ['"[1, 2, 3]"', "some", '"[1, 2, 3, x]"'])
def test_a_box_of_other_than_four_numbers_is_a_fault(tmp_path, box):
    write(tmp_path, {"t.csv": f"file,bbox,class\na.png,{box},dog"} | pictures("a.png"))
    assert faults(make_reader("csv", tmp_path, "all"), "a.png") == ["coord-invalid"]


def test_columns_for_each_number_go_before_one_for_all(tmp_path):
    table = f"{HEADER},bbox\na.png,dog,10,5,30,20,whatever"
    write(tmp_path, {"t.csv": table} | pictures("a.png"))
    assert boxes(make_reader("csv", tmp_path, "all"), "a.png") == [[*BOX]]


# A column of splits.

DIVIDED = [
    "a.png,dog,10,5,30,20,train",
    "b.png,cat,10,5,30,20,val",
    "c.png,cat,10,5,30,20, train",
    "c.png,dog,10,5,30,20,train",
]


def divided(folder, *rows, name="boxes.csv"):
    table = "\n".join([f"{HEADER},split", *(rows or DIVIDED)])
    write(folder, {name: table} | pictures("a.png", "b.png", "c.png"))


@pytest.mark.parametrize("name", ["boxes.csv", "train.csv"])
def test_a_column_may_name_the_split_of_each_row(tmp_path, name):
    divided(tmp_path, name=name)
    assert find_splits("csv", tmp_path) == ("train", "val")
    train, val = (make_reader("csv", tmp_path, split) for split in ("train", "val"))
    assert (train.keys(), val.keys()) == (["a.png", "c.png"], ["b.png"])
    assert [item.class_name for item in train.read("c.png").objects] == ["cat", "dog"]
    assert "there are train, val" in refusal("csv", tmp_path, "test")


def test_a_picture_in_two_splits_has_the_rows_of_each(tmp_path):
    divided(tmp_path, *DIVIDED[:2], "a.png,cat,1,2,3,4,val", "a.png,cat,4,5,6,7,train")
    for split, count in (("train", 2), ("val", 1)):
        reader = make_reader("csv", tmp_path, split)
        assert len(reader.read("a.png").objects) == count


def test_a_table_of_one_split_keeps_its_name(tmp_path):
    divided(tmp_path, DIVIDED[0].replace("train", "x"), name="train.csv")
    assert find_splits("csv", tmp_path) == ("train",)


@pytest.mark.parametrize(
    "rows, message",
    [
        (
            [*DIVIDED, "b.png,dog,1,2,3,4,"],
            "line 6: the column of splits: empty, where",
        ),
        (
            [f"a.png,dog,1,2,3,4,{i}" for i in range(17)],
            "splits: 17 different ones; to",
        ),
    ],
)
def test_a_column_that_names_no_splits_is_refused(tmp_path, rows, message):
    divided(tmp_path, *rows)
    assert message in refusal("csv", tmp_path, "train")
    columns = "filename,class,xmin,ymin,xmax,ymax,_"
    assert find_splits("csv", tmp_path, {"columns": columns}) == ()
