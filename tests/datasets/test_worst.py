"""The pictures with most findings."""

import pytest

from luminet.datasets.example_reader import Decode, Rules
from luminet.datasets.source.source import Source
from luminet.datasets.worst import Place, find_worst
from tests.voc_folder import xml_annotation, xml_object

OUTSIDE = xml_object(box=(1, 1, 90, 20))
SAME = "the same picture as"
EMPTY = xml_object(box=(5, 5, 5, 20))


@pytest.fixture
def worst(voc):
    def find(count=10, decode=Decode.FULL, num_workers=1, progress=None):
        source = Source(voc.root, "pascal", rules=Rules(decode))
        return find_worst(source, count, num_workers, progress)

    return find


def codes(worst):
    return [(place.key, [f.code for f in findings]) for place, findings in worst]


def test_most_faults_come_first_then_most_warnings(voc, worst):
    same = xml_object(box=(1, 1, 9, 9))
    voc.add("fine")
    voc.add("odd", xml_annotation(same, same))
    voc.add("bad", xml_annotation(OUTSIDE))
    voc.add("odder", xml_annotation(same, same, same))
    voc.add("worse", xml_annotation(OUTSIDE, EMPTY))
    assert codes(worst()) == [
        ("worse", ["box-empty", "box-outside"]),
        ("bad", ["box-outside"]),
        ("odder", ["duplicate-box", "duplicate-box"]),
        ("odd", ["duplicate-box"]),
    ]
    assert [key for key, _ in codes(worst(count=1))] == ["worse"]


def test_pictures_that_are_there_twice_are_found(voc, worst):
    voc.add("a")
    picture = (voc.root / "JPEGImages" / "a.png").read_bytes()
    voc.add("b", image=picture)
    voc.add("c", image=picture, split="val")
    found = worst()
    assert [place for place, _ in found] == [Place("train", "b"), Place("val", "c")]
    assert [(f.file, f.code, f.message) for _, (f,) in found] == [
        ("JPEGImages/b.png", "duplicate-image", f"{SAME} JPEGImages/a.png"),
        ("JPEGImages/c.png", "split-leak", f"{SAME} JPEGImages/a.png in 'train'"),
    ]


def test_damage_is_found_where_pictures_are_decoded(voc, worst):
    voc.add("a")
    data = (voc.root / "JPEGImages" / "a.png").read_bytes()
    voc.add("b", image=data[:-1000])
    assert codes(worst())[0][0] == "b"
    assert codes(worst(decode=Decode.HEADER)) == []


def test_without_findings_there_is_nothing(voc, worst):
    voc.add("a")
    assert worst() == []


def test_several_processes_find_the_same(voc, worst):
    for index in range(70):
        extra = [OUTSIDE] if index % 9 == 0 else []
        voc.add(f"{index:02}", xml_annotation(xml_object(), *extra))
    told = []
    found = worst(count=50, num_workers=2, progress=lambda *event: told.append(event))
    assert codes(found) == codes(worst(count=50))
    assert [done for _, done, _ in told] == [32, 64, 70]
