import subprocess
import sys

import pytest

from luminet.font import drawable, load_font


@pytest.mark.parametrize("text", ["Größe", "кот", "γάτα", "naïve (2)", "x² ≤ 3…"])
def test_the_letters_of_europe_are_drawn(text):
    assert drawable(text) == text


@pytest.mark.parametrize(
    "text, expected",
    [
        pytest.param("猫 1", r"\u732b 1", id="a letter that the font lacks"),
        pytest.param("🐈", r"\U0001f408", id="a picture"),
        pytest.param("a\tb\nc", r"a\tb\nc", id="white space"),
        pytest.param("\udc80", r"\udc80", id="half of a character"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_what_cannot_be_drawn_is_escaped(text, expected):
    assert drawable(text) == expected


def test_a_larger_font_is_larger():
    assert load_font(20).getlength("cat") > 1.5 * load_font(10).getlength("cat")


def test_without_the_font_there_is_another_one(monkeypatch):
    monkeypatch.setattr("luminet.font._FILE", "none.ttf")
    assert load_font.__wrapped__(12).getlength("cat") > 0


def test_matplotlib_is_not_imported_for_its_font():
    code = (
        "import sys; from luminet.font import load_font; load_font(12)\n"
        "assert 'matplotlib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
