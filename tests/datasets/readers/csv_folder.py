"""Data sets with tables of boxes, to be written for a test."""

from luminet.errors import InputError
from tests.datasets.readers.notations.truth import Truth
from tests.datasets.readers.outcomes import mutations, read

HEADER = "filename,class,xmin,ymin,xmax,ymax"
PNG = Truth("a", 40, 60, ()).png()  # 60 pixels wide
DOG = "a.png,dog,10,5,30,20"
BOX = (5, 10, 20, 30)  # of it: y1, x1, y2, x2


def write(folder, files):
    """Write texts, and pictures where a name says so."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.lower().endswith((".png", ".jpg")):
            path.write_bytes(content or PNG)
        elif isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content, newline="")


def pictures(*names):
    return dict.fromkeys(names, "")


def rows(*rows):
    """A table with a header."""
    return "\n".join([HEADER, *rows])


def outcomes_of_mutations(make, good):
    """What comes of a table that was changed at random: True if a picture is read, else
    the codes of its faults.

    Args:
        make: a reader of a table.
        good: the table before that.
    """
    outcomes = set()

    def note(function, *arguments):
        try:
            return function(*arguments)
        except InputError as error:
            outcomes.update(finding.code for finding in error.findings)
            return None

    for data in mutations(good.encode(), 400):
        made = note(make, data)
        if made:
            outcomes.update(finding.code for finding in made.findings)
            outcomes.update(bool(note(read, made, key)) for key in [*made.keys()])
    return outcomes
