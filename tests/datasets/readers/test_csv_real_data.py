"""Tables that others wrote, compared with the XML of the same pictures."""

import pytest

from luminet.datasets.readers import make_reader
from tests.datasets.readers.outcomes import objects_of, read


def boxes(reader, class_names):
    keys = [*reader.keys()]
    results = {key: read(reader, key, class_names) for key in keys}
    assert [*reader.findings] == []
    assert not [finding for _, findings in results.values() for finding in findings]
    return {
        example.filename: objects_of(example, class_names)
        for example, _ in results.values()
    }


@pytest.mark.real_data
@pytest.mark.parametrize("split, count", [("train", 142), ("test", 7)])
def test_microcontrollers(real_data, split, count):
    """It has the numbers of the XML, which count from 1: so must the reader."""
    folder = real_data / "microcontrollers" / "images"
    pascal = make_reader("pascal", folder, split)
    names = ("Arduino_Nano", "ESP8266", "Heltec_ESP32_Lora", "Raspberry_Pi_3")
    expected = boxes(pascal, names)
    reader = make_reader("csv", folder, split, {"one_based": "true"})
    assert boxes(reader, names) == expected
    assert len(expected) == count


@pytest.mark.real_data
def test_blood_cells(real_data, tmp_path):
    """Likewise; the table is of all pictures, whatever its name says."""
    folder = real_data / "bccd"
    (tmp_path / "test.csv").symlink_to(folder / "test.csv")
    (tmp_path / "JPEGImages").symlink_to(folder / "BCCD" / "JPEGImages")
    options = {"columns": "filename,class,xmin,xmax,ymin,ymax", "one_based": "true"}
    table = make_reader("csv", tmp_path, "test", options)
    assert len(table.keys()) == 364
    num_boxes = 0
    for split in ("train", "val", "test"):
        pascal = make_reader("pascal", folder, split)
        for key in pascal.keys():  # noqa: SIM118
            one, other = pascal.read(key), table.read(f"{key}.jpg")
            assert [item.box for item in one.objects] == [i.box for i in other.objects]
            classes = [item.class_name for item in other.objects]
            assert [item.class_name for item in one.objects] == classes
            codes = [finding.code for finding in one.findings.found]
            assert [finding.code for finding in other.findings.found] == codes
            num_boxes += len(classes) + len(codes)
    assert num_boxes == 4888
