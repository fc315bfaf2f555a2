"""Chunks: which pictures are in them, and that reading some at once changes nothing."""

from luminet.datasets.conversion import reading
from luminet.datasets.conversion.chunk import _inspect
from luminet.datasets.conversion.plan import Plan, plan_source
from luminet.datasets.source.source import Source
from tests.voc_folder import xml_annotation, xml_object

BROKEN = xml_annotation(xml_object(box=(30, 6, 11, 20)))


def chunks(num_shards=1, **splits):
    plan = Plan("", (), (), {name: range(size) for name, size in splits.items()}, ())
    return reading._chunks(plan, num_shards)


def test_chunks_get_smaller_towards_the_end():
    sizes = [len(chunk.pictures) for chunk in chunks(train=400)]
    assert sizes[:4] == [32] * 4
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-2] == 8
    assert sum(sizes) == 400


def test_each_picture_is_in_one_chunk_and_no_chunk_in_two_shards():
    found = {}
    for chunk in chunks(num_shards=3, train=100, val=7):
        found.setdefault((chunk.split, chunk.shard), []).extend(chunk.pictures)
    assert found["train", 0] == [*range(33)]
    assert found["train", 2] == [*range(66, 100)]
    assert [found["val", shard] for shard in range(3)] == [[0, 1], [2, 3], [4, 5, 6]]


def test_pictures_that_are_read_together_come_out_as_alone(voc):
    for index in range(20):
        voc.add(f"{index:02}", BROKEN if index % 3 == 1 else None)
    voc.add("none")
    (voc.root / "JPEGImages" / "none.png").unlink()
    plan = plan_source(Source(voc.root, "pascal"))
    (reader,) = plan.readers
    pictures = plan.splits["train"]
    together = [*_inspect(plan.readers, pictures)]
    alone = [reader.inspect(picture.key, picture.image_id) for picture in pictures]
    assert [found.findings for found in together] == [one.findings for one in alone]
    assert [found.digest for found in together] == [one.digest for one in alone]
    for found, one in zip(together, alone, strict=True):
        assert (found.example is None) == (one.example is None)
        assert not one.example or found.example.image_id == one.example.image_id
