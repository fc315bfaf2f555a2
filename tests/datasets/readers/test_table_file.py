"""Tables of text: how they may be written, and what is refused."""

import os
import random

import pytest

from luminet.datasets.finding_codes import REMEDIES
from luminet.datasets.readers import table_file
from luminet.datasets.readers.row_index import RowIndex
from luminet.datasets.readers.table_file import MAX_ROW, TableError, TableFile


@pytest.fixture
def table(tmp_path):
    """Makes a table of a text or of bytes."""

    def make(content, **options):
        path = tmp_path / "table.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return TableFile(path, **options)

    return make


def fields(table):
    return [row.fields for row in table.rows()]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("a,b\n1,2\n", id="comma"),
        pytest.param("\ufeffa,b\n1,2\n", id="S2 BOM"),
        pytest.param("a;b\n1;2\n", id="S2 semicolon"),
        pytest.param("a\tb\n1\t2\n", id="S2 tab"),
        pytest.param("a,b\r\n1,2\r\n", id="S2 CRLF"),
        pytest.param("a,b\r1,2\r", id="S2 CR"),
        pytest.param("a,b\r\n\n  \n\r1,2", id="S4 blank rows"),
        pytest.param('"a",b\n1,"2"', id="quotes"),
        pytest.param('"a", "b"\n1, "2"', id="blanks before quotes"),
    ],
)
def test_how_a_table_is_written_does_not_matter(table, content):
    assert fields(table(content)) == [["a", "b"], ["1", "2"]]


@pytest.mark.parametrize(
    "content, delimiter",
    [
        ("a;b;c,d\n", ";"),
        ("a.jpg;0,5;0,5;1,5;2,5;cat", ";"),
        ("a,b\tc,d", ","),
        ('"a,b,c";d', ";"),
    ],
)
def test_the_delimiter_makes_the_most_of_the_first_line(table, content, delimiter):
    assert table(content).delimiter == delimiter


@pytest.mark.parametrize(
    "text, expected",
    [
        pytest.param('"a,b",c', ["a,b", "c"], id="S3 a comma in quotes"),
        pytest.param('"a ""b""",c', ['a "b"', "c"], id="S3 a quote in quotes"),
        pytest.param('19" rack,c', ['19" rack', "c"], id="a quote amid a field"),
        pytest.param(",", ["", ""], id="empty fields"),
        pytest.param(" a ,b\x0b", [" a ", "b\x0b"], id="blanks stay"),
        pytest.param(
            "é\u2028,\x1c", ["é\u2028", "\x1c"], id="Unicode line ends are none"
        ),
    ],
)
def test_fields(table, text, expected):
    assert fields(table(f"x,y\n{text}\n"))[1] == expected


@pytest.mark.parametrize(
    "content, code, field",
    [
        pytest.param("a|b\n", "csv-delimiter", "line 1", id="S2 another delimiter"),
        pytest.param("a,b;c\n", "csv-delimiter", "line 1", id="S2 two delimiters"),
        pytest.param('a,b\n1,2\n3,"4\n5,6\n', "csv-quote", "line 3", id="S3 unclosed"),
        pytest.param('a,b\n"1,2\n"3,4\n', "csv-quote", "line 2", id="S3 closed later"),
        pytest.param('a,b\n"1"2,3\n', "csv-quote", "line 2", id="S3 text behind"),
        pytest.param('"a,b\n1,2\n', "csv-quote", "line 1", id="S3 in the header"),
        pytest.param("a,b\n1,\0\n", "csv-nul", "line 2", id="S5 NUL"),
        pytest.param("a,b\0\n", "csv-nul", "line 1", id="S5 NUL in the header"),
        pytest.param(
            f"a,b\n1,2\n{'x' * (MAX_ROW + 1)},2\n",
            "csv-too-long",
            "line 3",
            id="S5 a long field",
        ),
        pytest.param(
            f"a,b\n1,{'x' * 3_000_000}", "csv-too-long", "line 2", id="S5 without end"
        ),
        pytest.param("x" * 100_000, "csv-too-long", "line 1", id="S5 one long line"),
        pytest.param(b"a,b\n\n" + b"\xe9,1\n", "encoding", "line 3", id="latin1"),
        pytest.param("a,b\n".encode("utf-16"), "encoding", "", id="UTF-16"),
        pytest.param("", "split-empty", "", id="empty"),
        pytest.param("\n \r\n", "split-empty", "", id="blank"),
    ],
)
def test_what_is_refused(table, content, code, field):
    with pytest.raises(TableError) as caught:
        fields(table(content))
    assert (caught.value.code, caught.value.field) == (code, field)
    assert code in REMEDIES


def test_files_that_are_none(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    for name, code in (
        ("none.csv", "annotation-missing"),
        ("pipe.csv", "not-a-regular-file"),
        ("", "not-a-regular-file"),
    ):
        with pytest.raises(TableError) as caught:
            TableFile(tmp_path / name)
        assert caught.value.code == code


def test_a_file_that_changes_is_not_read_on(table):
    made = table("a,b\n1,2\n")
    made.path.write_text("a,b\n1,2\n3,4\n")
    with pytest.raises(TableError) as caught:
        fields(made)
    assert caught.value.code == "file-changed"


@pytest.mark.parametrize("chunk", [1, 2, 7, 64])
def test_lines_may_lie_across_chunks(table, chunk, monkeypatch):
    monkeypatch.setattr(table_file, "_CHUNK_BYTES", chunk)
    made = table("\ufeffa,b\r\n\r\n1,2\r3,4\n\n5,é\r\n")
    assert [(row.line, row.fields) for row in made.rows()] == [
        (1, ["a", "b"]),
        (3, ["1", "2"]),
        (4, ["3", "4"]),
        (6, ["5", "é"]),
    ]


def test_every_row_can_be_read_again_by_its_place(table):
    rng = random.Random(0)
    ends = ["\n", "\r\n", "\r", "\n\n"]
    texts = ["a", "é", '"x,y"']
    lines = [f"{rng.choice(texts)},{number}" for number in range(300)]
    made = table("\ufeff" + "".join(line + rng.choice(ends) for line in lines))
    rows = [*made.rows()]
    assert [int(row.fields[1]) for row in rows] == [*range(300)]
    ends = [row.offset for row in rows[1:]] + [made.size]
    for row, end in zip(rows, ends, strict=True):
        assert [*made.rows_between(row.offset, end, row.line)] == [row]


def test_an_index_finds_the_rows_of_each_picture():
    rng = random.Random(1)
    names = [rng.choice("abcde") for _ in range(200)]
    index = RowIndex()
    first = [index.add(name, line, line * 10) for line, name in enumerate(names)]
    index.close(2_000)
    assert index.names() == [*dict.fromkeys(names)]
    assert [
        name for name, new in zip(names, first, strict=True) if new
    ] == index.names()
    for name in "abcde":
        runs = index.runs(name)
        lines = [line for _, end, line in runs for line in range(line, end // 10)]
        assert lines == [line for line, other in enumerate(names) if other == name]
    assert index.runs("f") == []
    assert "a" in index and "f" not in index
