"""Fixtures for the tests of readers."""

import pytest

from luminet.datasets.example_reader import ExampleReader
from luminet.datasets.readers import make_reader
from tests.datasets.readers.outcomes import objects_of
from tests.voc_folder import VOCFolder


@pytest.fixture(scope="session")
def voc_truth(real_data, tmp_path_factory):
    """The objects of 100 pictures, from VOC's XML, by picture; see `objects_of`."""
    source = real_data / "voc12_100_formats"
    voc = VOCFolder(tmp_path_factory.mktemp("voc"))
    folders = {"Annotations": "gts/pascalvoc_format", "JPEGImages": "images"}
    for name, target in folders.items():
        (voc.root / name).rmdir()
        (voc.root / name).symlink_to(source / target)
    names = sorted(path.stem for path in (voc.root / "JPEGImages").glob("*.jpg"))
    voc.list_file("all").write_text("\n".join(names))
    class_names = (source / "voc.names").read_text().split()
    examples = ExampleReader(make_reader("pascal", voc.root, "all"), class_names)
    return {name: objects_of(examples.read(name)[0], class_names) for name in names}
