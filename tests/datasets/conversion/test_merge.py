"""Data sets become one: by the names of classes, and with ids that differ."""

import json

import numpy as np
import pytest

from luminet.datasets import store
from luminet.datasets.conversion.convert import convert
from luminet.datasets.conversion.merge_plan import plan_merge
from luminet.datasets.example_reader import DEFAULT_RULES
from luminet.datasets.records import example_record
from luminet.datasets.records.file import read_records
from luminet.datasets.source.selection import Selection
from luminet.datasets.source.several import names_of, open_sources
from luminet.datasets.source.source import Source
from luminet.errors import InputError
from tests.datasets.readers.coco_folder import COCOFolder
from tests.voc_folder import VOCFolder, encode, xml_annotation, xml_object


@pytest.fixture
def folders(tmp_path):
    """Two data sets, one and two, without pictures."""
    return VOCFolder(tmp_path / "one"), VOCFolder(tmp_path / "two")


def show(*names):
    return xml_annotation(*(xml_object(name) for name in names))


def merge(*roots, shares=None, splits=(), rules=DEFAULT_RULES, **selection):
    """Merge folders into `out` beside the first one; the summary."""
    selection = Selection(**selection)
    opened = open_sources(roots, splits=splits, selection=selection, rules=rules)
    plan = plan_merge(dict(zip(names_of(roots), opened, strict=True)), shares)
    return convert(plan, roots[0].parent / "out", "a test", sources=roots)


def records(summary, split):
    files = summary.store.split(split).files
    return [example_record.deserialize(r) for file in files for r in read_records(file)]


def found(summary, code):
    return [item.message for item in summary.findings if item.code == code]


def test_classes_are_united_by_name_whatever_their_numbers(folders):
    one, two = folders
    one.add("a", show("dog", "wolf"))
    two.add("b", show("cat", "dog"))
    summary = merge(one.root, two.root)
    assert summary.store.class_names == ("dog", "wolf", "cat")
    first, second = records(summary, "train")
    assert first.class_labels.tolist() == [1, 2]
    assert second.class_labels.tolist() == [3, 1]
    assert second.class_texts == ("cat", "dog")


def test_the_manifest_is_true(folders):
    one, two = folders
    one.add("a", show("dog", "wolf"))
    two.add("b", show("cat", "dog"))
    two.add("c", show(), split="val")
    manifest = merge(one.root, two.root).store.manifest
    assert manifest["sources"] == ["one", "two"]
    train, val = manifest["splits"]["train"], manifest["splits"]["val"]
    assert train["class_counts"] == {"dog": 2, "wolf": 1, "cat": 1}
    assert (train["num_examples"], val["num_examples"]) == (2, 1)
    assert train["files"][0]["num_records"] == 2
    assert str(one.root.parent) not in json.dumps(manifest)


def test_splits_of_one_name_follow_one_another(folders):
    one, two = folders
    for folder, names in ((one, "ab"), (two, "dc")):
        for name in names:
            folder.add(name)
    two.add("e", split="val")
    summary = merge(one.root, two.root)
    assert [r.image_id for r in records(summary, "train")] == ["a", "b", "d", "c"]
    assert [r.image_id for r in records(summary, "val")] == ["e"]


def test_merging_is_repeatable_and_works_on_records(folders, tmp_path):
    one, two = folders
    for folder, name in ((one, "a"), (two, "b")):
        folder.add(name, show("dog", name))
    merge(one.root, two.root)
    first = {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()}
    (tmp_path / "out").rename(tmp_path / "before")
    merge(one.root, two.root)
    assert {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()} == first
    (tmp_path / "out").rename(tmp_path / "after")
    two.root.rename(tmp_path / "three")
    summary = merge(tmp_path / "before", tmp_path / "three")
    assert summary.store.class_names == ("a", "dog", "b")
    assert found(summary, "duplicate-image") == [
        "the same picture as before/two/JPEGImages/b.png"
    ]


def test_ids_that_collide_get_the_name_of_their_data_set(folders):
    one, two = folders
    one.add("a")
    one.add("b")
    noise = np.random.default_rng(9).integers(0, 256, (40, 60, 3), np.uint8)
    two.add("a", image=encode(noise, "PNG"))
    two.add("one_a")
    summary = merge(one.root, two.root)
    ids = [record.image_id for record in records(summary, "train")]
    assert ids == ["one/a", "b", "two/a", "one_a"]
    [message] = found(summary, "id-collision")
    assert message.startswith("2 pictures of 'train' have ids")
    assert message.endswith("like 'one/a'")


def test_ids_may_be_the_same_in_different_splits(folders):
    one, two = folders
    one.add("a")
    two.add("a", image=None, split="val")
    summary = merge(one.root, two.root)
    assert [record.image_id for record in records(summary, "train")] == ["a"]
    assert [record.image_id for record in records(summary, "val")] == ["a"]
    assert found(summary, "id-collision") == []


def test_a_new_id_is_none_that_is_there(folders):
    one, two = folders
    one.add("a")
    two.add("a", image=encode(np.zeros([40, 60, 3], np.uint8), "PNG"))
    sources = {name: Source(f.root) for name, f in zip("xy", folders, strict=True)}
    sources["x"].keys["train"].append("y/a")
    plan = plan_merge(sources)
    ids = [picture.image_id for picture in plan.splits["train"]]
    assert ids == ["x/a", "y/a", "y/y/a"]


def test_files_are_told_apart_by_the_data_set(folders):
    one, two = folders
    for folder, name in ((one, "a"), (two, "b")):
        folder.add(name)
    summary = merge(one.root, two.root)
    names = [record.filename for record in records(summary, "train")]
    assert names == ["one/JPEGImages/a.png", "two/JPEGImages/b.png"]


def test_the_same_picture_in_two_splits_is_told(folders):
    one, two = folders
    one.add("a")
    two.add("a", split="val")
    summary = merge(one.root, two.root)
    [message] = found(summary, "split-leak")
    assert message == "the same picture as one/JPEGImages/a.png in 'train'"


def test_faults_name_the_data_set(folders):
    one, two = folders
    one.add("a")
    two.add("b", "junk")
    with pytest.raises(InputError) as caught:
        merge(one.root, two.root)
    assert [f.file for f in caught.value.findings] == ["two/Annotations/b.xml"]


def test_classes_that_may_be_one_are_told(folders):
    one, two = folders
    one.add("a", show("dog", "car"))
    two.add("b", show("Dogs", "car"))
    summary = merge(one.root, two.root)
    assert summary.store.class_names == ("car", "dog", "Dogs")
    assert found(summary, "class-similar") == [
        "'dog' and 'Dogs' may be one class: --rename Dogs=dog"
    ]


def test_a_class_is_renamed_wherever_it_is(folders):
    one, two = folders
    one.add("a", show("dog"))
    two.add("b", show("Dog", "cat"))
    summary = merge(one.root, two.root, rename={"Dog": "dog", "cat": "lion"})
    assert summary.store.class_names == ("dog", "lion")
    assert found(summary, "class-similar") == []
    assert records(summary, "train")[1].class_texts == ("dog", "lion")


def test_a_class_to_rename_must_be_somewhere(folders):
    one, two = folders
    one.add("a", show("dog"))
    two.add("b", show("cat"))
    with pytest.raises(InputError, match="no class 'dgo', only dog, cat; did you mean"):
        merge(one.root, two.root, rename={"dgo": "x"})


def test_splits_are_chosen_where_they_are(folders):
    one, two = folders
    one.add("a")
    one.add("b", split="val")
    two.add("c")
    summary = merge(one.root, two.root, splits=("val", "train"))
    assert {n: s.num_examples for n, s in summary.store.splits.items()} == {
        "val": 1,
        "train": 2,
    }


@pytest.mark.parametrize(
    "splits, message",
    [(("tain",), "one: no such split, only train"), (("train", "x"), "a split 'x'")],
)
def test_splits_that_are_nowhere_are_refused(folders, splits, message):
    for folder in folders:
        folder.add("a")
    with pytest.raises(InputError, match=message):
        merge(*(folder.root for folder in folders), splits=splits)


def test_types_are_given_for_all_or_for_each(folders):
    one, two = folders
    one.add("a")
    two.add("b")
    roots = (one.root, two.root)
    assert [s.type for s in open_sources(roots, ["pascal"])] == ["pascal"] * 2
    with pytest.raises(InputError, match="one for all 2 data sets, or one for each"):
        open_sources(roots, ["pascal"] * 3)
    with pytest.raises(InputError, match="not a data set in COCO notation"):
        open_sources(roots, ["pascal", "coco"])


def test_data_sets_are_named_by_the_ends_of_their_paths(tmp_path):
    assert names_of([tmp_path / "a", tmp_path / "b"]) == ["a", "b"]
    assert names_of([tmp_path / "a" / "x", tmp_path / "b" / "x"]) == ["a-x", "b-x"]
    with pytest.raises(InputError, match="x: named twice"):
        names_of([tmp_path / "x", tmp_path / "y" / ".." / "x"])
    with pytest.raises(InputError, match="two data sets or more"):
        names_of([tmp_path])


def coco(root, ids):
    """A data set whose pictures are its own; ids of cat and dog."""
    folder = COCOFolder(root)
    for path in (root / "train2017").iterdir():
        seed = [*path.name.encode(), *root.name.encode()]
        noise = np.random.default_rng(seed).integers(0, 256, (40, 60, 3), np.uint8)
        path.write_bytes(encode(noise, "PNG"))
    for item, key in zip(folder.content["categories"], ("dog", "cat"), strict=True):
        item["id"] = ids[key]
    for item, key in zip(folder.content["annotations"], ("dog", "cat"), strict=True):
        item["category_id"] = ids[key]
    folder.write()
    return root


def test_coco_ids_of_classes_are_kept_if_they_agree(tmp_path):
    ids = {"cat": 17, "dog": 18}
    summary = merge(coco(tmp_path / "one", ids), coco(tmp_path / "two", ids))
    assert summary.store.manifest["coco_category_ids"] == ids
    again = merge_again(tmp_path, "three", ids)
    assert again.store.manifest["coco_category_ids"] == ids
    assert found(again, "category-ids") == []


def merge_again(tmp_path, name, ids):
    (tmp_path / "out").rename(tmp_path / "records")
    return merge(tmp_path / "records", coco(tmp_path / name, ids))


@pytest.mark.parametrize("ids", [{"cat": 1, "dog": 18}, {"cat": 18, "dog": 17}])
def test_coco_ids_that_disagree_are_dropped(tmp_path, ids):
    one = coco(tmp_path / "one", {"cat": 17, "dog": 18})
    summary = merge(one, coco(tmp_path / "two", ids))
    assert "coco_category_ids" not in summary.store.manifest
    [message] = found(summary, "category-ids")
    assert "contradict each other" in message


def test_coco_ids_that_a_class_lacks_are_dropped(tmp_path):
    two = VOCFolder(tmp_path / "two")
    two.add("b", show("yak"))
    one = coco(tmp_path / "one", {"cat": 17, "dog": 18})
    summary = merge(one, two.root)
    assert "coco_category_ids" not in summary.store.manifest
    [message] = found(summary, "category-ids")
    assert "not known of all classes, like 'yak'" in message


def test_nothing_is_said_of_ids_where_there_are_none(folders):
    for folder, name in zip(folders, "ab", strict=True):
        folder.add(name)
    summary = merge(*(folder.root for folder in folders))
    assert found(summary, "category-ids") == []
    assert store.open_store(summary.store.folder).manifest["warnings"] == {}
