"""What the name of a class may be."""

import pytest

from luminet.datasets.findings import FileFindings, InvalidDataset
from luminet.datasets.readers.class_name import check_class_names, read_class_name


@pytest.mark.parametrize("name", ["dog", "犬", "traffic light", "a　b", "é", "🐕"])
def test_a_name_may_have_any_letters(name):
    findings = FileFindings("a.xml")
    assert read_class_name(f" {name}\n", "name", findings) == name
    assert findings.found == []
    check_class_names([name], "data")


BREAKS = "\n\r\t\x00\x0b\x85\x9f\u2028\u2029\uffff"


@pytest.mark.parametrize(
    "written, code",
    [
        *[(written, "name-missing") for written in (None, "", " \n")],
        *[
            (f"a{c}b", "name-invalid")
            for c in "\n\r\t\x00\x0b\x85\x9f\u2028\u2029\uffff"
        ],
    ],
)
def test_no_name_and_a_name_that_breaks_lines_are_faults(written, code):
    findings = FileFindings("a.xml")
    assert read_class_name(written, "object 1: name", findings) is None
    (finding,) = findings.found
    assert (finding.code, finding.field) == (code, "object 1: name")
    assert finding.remedy and str(finding).isprintable()


def test_a_list_with_such_a_name_is_refused():
    with pytest.raises(InvalidDataset, match=r"data: .*'a\\nb' \[name-invalid\]"):
        check_class_names(["a", "a\nb"], "data")
