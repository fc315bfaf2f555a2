from luminet.datasets.findings import FileFindings

BOX = (5, 10, 20, 30)


def test_what_is_known_of_an_object_that_is_left_out_is_kept():
    findings = FileFindings("a.xml")
    findings.fault("name-missing", "object 1: name", "the class has no name")
    findings.leave_out("object 1", None, BOX)
    findings.fault("flag-invalid", "object 10: difficult", "must be 0 or 1")
    findings.leave_out("object 10", "dog")
    first, second = findings.found
    assert (first.class_name, first.box) == ("", BOX)
    assert (second.class_name, second.box) == ("dog", None)


def test_a_box_that_is_none_is_kept_as_it_is_written():
    findings = FileFindings("a.xml")
    findings.fault("box-inverted", "object 1", "xmin is larger", BOX)
    findings.leave_out("object 1", "dog")
    assert findings.found[0].box == BOX


def test_a_finding_lies_in_its_object_and_in_no_other():
    findings = FileFindings("a.xml")
    findings.fault("coord-invalid", "object 1: xmin", "missing")
    (finding,) = findings.found
    assert finding.is_in("object 1")
    assert not finding.is_in("object 10") and not finding.is_in("object")
