"""The check finds what was planted, all of it and nothing else."""

import pytest

from luminet.datasets.conversion.validate import validate
from luminet.datasets.example_reader import Decode, Rules
from luminet.datasets.source.source import Source
from luminet.errors import InputError
from tests.datasets.conversion import planted_faults
from tests.datasets.conversion.planted_faults import found, plant


def check(folder, decode=Decode.FULL, splits=(), num_workers=1):
    rules = Rules(decode)
    return validate(lambda: Source(folder, "pascal", splits, rules=rules), num_workers)


@pytest.mark.parametrize("num_workers", [1, 2])
def test_every_planted_fault_is_found_and_nothing_else(tmp_path, num_workers):
    assert planted_faults.NUM_KINDS >= 40
    expected = plant(tmp_path / "voc", num_pictures=150, each=2)
    report = check(tmp_path / "voc", num_workers=num_workers)
    assert found(report) == expected
    assert not report.is_usable
    assert report.num_read == sum(report.num_images.values()) > 150


def test_without_decoding_all_but_damage_is_found(tmp_path):
    expected = plant(tmp_path / "voc", num_pictures=60, each=1, with_pixels=False)
    assert found(check(tmp_path / "voc", Decode.HEADER)) == expected


def test_findings_have_a_remedy_and_go_into_json(tmp_path):
    plant(tmp_path / "voc", num_pictures=60, each=1)
    report = check(tmp_path / "voc").to_dict()
    for finding in report["findings"]:
        assert finding["remedy"]
        assert finding["severity"] in ("fault", "warning")
        assert finding["split"] in ("train", "val")
    faults = [f for f in report["findings"] if f["severity"] == "fault"]
    assert sum(report["faults"].values()) == len(faults)


def test_a_data_set_without_fault_is_usable(voc):
    voc.add("a")
    report = check(voc.root)
    assert report.is_usable
    assert report.findings == []
    assert report.num_images == {"train": 1}


def test_what_makes_all_of_it_unusable_is_a_finding(voc):
    voc.list_file("train").write_text("\n")
    report = check(voc.root, splits=["train"])
    ((split, finding),) = report.findings
    assert (split, finding.code) == ("", "split-empty")
    assert not report.is_usable


def test_a_missing_folder_is_no_finding(tmp_path):
    with pytest.raises(InputError, match="no such folder"):
        validate(lambda: Source(tmp_path / "nowhere"))
