"""The classes in many annotations: all of them, though few files are parsed."""

import pytest

from luminet.datasets.readers import make_reader
from luminet.datasets.readers.pascal import names as names_module
from tests.voc_folder import xml_annotation, xml_object

DOG = xml_annotation(xml_object("dog"))
PART = "<part><name>head</name></part>"


def names(voc):
    """Those of the pictures "a" and "b", read in this order."""
    reader = make_reader("pascal", voc.root, "train", {})
    return [reader.names(key) for key in ("a", "b")]


@pytest.mark.parametrize(
    "written",
    ["<name >cat</name>", '<name x="1">cat</name>', "<name>c<!-- o -->at</name>"]
    + ["<name><![CDATA[cat]]></name>", "<name>c&#97;t</name>", "<name>\ncat</name>"],
)
def test_a_new_class_is_found_however_it_is_written(voc, written):
    cat = xml_object("cat").replace("<name>cat</name>", written)
    voc.add("a", DOG)
    voc.add("b", xml_annotation(xml_object("dog"), cat))
    assert names(voc) == [{"dog"}, {"dog", "cat"}]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "iso-8859-1"])
def test_a_new_class_is_found_in_any_encoding(voc, encoding):
    cat = f"<?xml version='1.0' encoding='{encoding}'?>"
    cat += xml_annotation(xml_object("dog"), xml_object("ch\xe9"))
    voc.add("a", DOG)
    voc.add("b", cat.encode(encoding))
    assert names(voc) == [{"dog"}, {"dog", "ch\xe9"}]


def test_the_name_of_a_part_is_no_class(voc):
    voc.add("a", xml_annotation(xml_object("dog", extra=PART)))
    voc.add("b", xml_annotation(xml_object("dog", extra=PART)))
    assert names(voc) == [{"dog"}, {"dog"}]


def test_a_file_with_known_classes_is_not_parsed(voc, monkeypatch):
    parsed = []
    parse = names_module.annotation_xml.parse
    voc.add("a", DOG)
    voc.add("b", xml_annotation(xml_object(" dog "), xml_object("dog")))
    monkeypatch.setattr(
        names_module.annotation_xml,
        "parse",
        lambda data, root: parsed.append(data) or parse(data, root),
    )
    assert names(voc) == [{"dog"}, {"dog"}]
    assert parsed == [DOG.encode()]
