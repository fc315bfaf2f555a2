"""A page stands alone, and takes every text for text."""

import base64
import io
import re
from html.parser import HTMLParser

import pytest
from PIL import Image

from luminet.inspection.figure import Figure, Picture, Score, Table, Word
from luminet.inspection.page import make_page

EVIL = "<script>alert('x')</script> & \"quotes\""


class Reader(HTMLParser):
    """Checks that tags match, and gathers texts."""

    def __init__(self, page):
        super().__init__()
        self.open, self.texts, self.tags = [], [], set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


def picture(size=(300, 200)):
    return Picture(Image.new("RGB", size, "#336699"), EVIL)


@pytest.fixture
def page():
    cells = [EVIL, 12345, 0.25, Word(EVIL, "#00ff00"), picture((9, 7)).image]
    cells.append([Score(EVIL, 1.5, "#ff0000")])
    table = Table([EVIL, "count", "IoU", "word", "crop", "scores"], [cells])
    figure = Figure(EVIL, EVIL, [picture()], [(EVIL, "#abcdef")], True, table)
    return make_page(EVIL, [EVIL], [figure])


def test_texts_are_escaped(page):
    reader = Reader(page)
    assert reader.open == []
    assert "script" not in reader.tags
    assert reader.texts.count(EVIL) >= 8


def test_nothing_comes_from_elsewhere(page):
    assert "http" not in page and "<link" not in page and "@import" not in page
    assert all(
        source.startswith("data:image/") for source in re.findall(r'src="(.*?)"', page)
    )


def test_pictures_are_in_it(page):
    found = re.findall(r'data:image/(\w+);base64,(.*?)" width="(\d+)"', page)
    opened = [(Image.open(io.BytesIO(base64.b64decode(data)))) for _, data, _ in found]
    assert [image.size for image in opened] == [(300, 200), (9, 7)]
    assert [image.format for image in opened] == ["JPEG", "PNG"]
    assert [width for _, _, width in found] == ["300", "9"]


def test_numbers_are_for_people(page):
    assert ">12,345<" in page
    assert '<td class="number poor">0.25</td>' in page
    assert "width:100%" in page  # of a score above 1


def test_a_name_that_is_no_unicode_is_shown():
    page = make_page("a\udcff.jpg", [], [])
    assert "a\\udcff.jpg" in page
    page.encode()


def test_a_table_may_be_empty():
    table = Table(["one", "two"], [])
    assert Reader(make_page("", [], [Figure("", "", table=table)])).open == []


def test_light_and_dark_and_narrow(page):
    assert "prefers-color-scheme: dark" in page
    assert "width=device-width" in page
