"""Data sets with tables of boxes, to be written for a test."""

from tests.datasets.readers.notations.truth import Truth

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
