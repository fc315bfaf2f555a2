"""Read tables of boxes: CSV files with a box in each row."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from luminet.datasets.annotation import Annotation
from luminet.datasets.findings import FileFindings, InvalidDataset
from luminet.datasets.readers import picture_folder
from luminet.datasets.readers.csv import layout as csv_layout
from luminet.datasets.readers.csv.box_table import BoxTable, TableOptions
from luminet.datasets.readers.csv.classes import read_classes
from luminet.datasets.readers.csv.columns import ColumnsError
from luminet.datasets.readers.csv.layout import Layout
from luminet.datasets.readers.csv.row import RowForm
from luminet.datasets.readers.csv.scan import is_of, scan
from luminet.datasets.readers.reader import Reader
from luminet.datasets.readers.table_file import TableError, needed


class CSVReader(Reader):
    """Read one split of a data set whose boxes are rows of a table.

    The table is `<split>.csv` or `<split>_labels.csv`, in the folder or in
    `annotations`, `labels` or `data` in it; or `<split>/_annotations.csv`. A single
    table with another name, like `annotations.csv`, is of all there is, or of the
    splits that its column `split` names.

    Its pictures lie in the first of `<split>`, `images/<split>`, `<split>/images`,
    `images`, beside the table, or in any other folder, that has most of them. Those in
    a folder of the split that have no row show no object; likewise those whose box and
    class are empty. `classes.csv`, if there is one, numbers the classes.

    What is in which column its header says, in one of the usual ways, or the option
    `columns`; a table without a header has those of keras-retinanet. Boxes are two
    corners in pixels from 0, the end exclusive, if no option says otherwise.

    Kept in memory are the places of the rows: 16 bytes for those of a picture, 200 for
    its name (see `RowIndex`).

    Args:
        data_dir: the folder of the data set.
        split: see above.
        columns: names of the columns by their places, like
            "filename,_,xmin,ymin,xmax,ymax,class"; `_` for what is not needed.
        header: "yes", "no", or "auto": by looking at the first row.
        relative: "true": coordinates are in parts of the picture; "false": they are
            not, even if they look so.
        one_based: "true": pixels count from 1, and the second corner is in the box, as
            in Pascal VOC notation.
        images: the folder of the pictures, relative to `data_dir`.
        default_class: of all objects, where no column has classes.

    Raises:
        InvalidDataset: there is no such data set or split, or the table is damaged, or
            its columns or coordinates are not what they should be.
        InputError: an option is wrong.
    """

    def __init__(
        self,
        data_dir: Path,
        split: str,
        columns: str = "",
        header: str = "auto",
        relative: str = "",
        one_based: str = "false",
        images: str = "",
        default_class: str = "",
    ):
        super().__init__(data_dir, split)
        options = TableOptions.parse(
            columns, header, relative, one_based, default_class
        )
        layout = Layout(self.data_dir, options)
        self._path = layout.find(split)
        self._name = self.relative(self._path)
        self._split_in_column = split if layout.in_column else None
        self._open(options)
        names = self._rows.names()
        if not names:
            raise self._unusable("split-empty", "no row with a picture in it")
        self.class_names = read_classes((self._path.parent, self.data_dir))
        folders = picture_folder.candidates(self.data_dir, split, self._path, images)
        self._pictures = picture_folder.find_by_names(folders, names, self._path)
        own = split if layout.splits else None
        self._keys = names + self._without_rows(names, own)

    def _open(self, options: TableOptions) -> None:
        try:
            with needed(self._path):
                table = BoxTable(self._path, options)
                only = self._split_in_column
                found = scan(table, options.relative, self._name, only)
        except ColumnsError as error:
            raise self._unusable("csv-columns", str(error)) from error
        self._file, self._rows, self.findings = table.file, found.rows, found.findings
        self._form = RowForm(
            columns=table.columns,
            relative=bool(options.relative),
            one_based=options.one_based,
            comma=found.has_commas,
            default_class=options.default_class,
        )

    def _without_rows(self, names: Sequence[str], split: str | None) -> list[str]:
        there = next(filter(self._pictures.is_there, names))
        folder = (self._pictures.folder / there).parent
        if not picture_folder.is_own(folder, self.data_dir, split):
            return []
        return picture_folder.without_rows(folder, self._pictures.folder, self._rows)

    def _unusable(self, code: str, message: str) -> InvalidDataset:
        return InvalidDataset.of(code, str(self._path), "", message)

    @classmethod
    def recognise(cls, data_dir: Path) -> str | None:
        """See `Reader`."""
        return csv_layout.recognise(data_dir)

    @classmethod
    def splits(
        cls,
        data_dir: Path,
        columns: str = "",
        header: str = "auto",
        relative: str = "",
        one_based: str = "false",
        images: str = "",
        default_class: str = "",
    ) -> tuple[str, ...]:
        """See `Reader`."""
        options = TableOptions.parse(
            columns, header, relative, one_based, default_class
        )
        return Layout(data_dir, options).splits

    def keys(self) -> list[str]:
        """The pictures as the rows name them, then those without rows."""
        return list(self._keys)

    def read(self, key: str) -> Annotation:
        """Read the rows of a picture."""
        findings = FileFindings(self._name)
        annotation = self.find_picture(self._pictures, key, findings)
        annotation.relative = self._form.relative
        column, sizes = self._form.columns.picture, {}
        try:
            for line, fields in self._rows_of(key, column):
                item = self._form.read(fields, line, findings)
                if item is None:
                    continue
                annotation.objects.append(item)
                if self._form.columns.size:
                    sizes.setdefault(self._form.read_size(fields), line)
        except TableError as error:
            findings.fault(error.code, error.field, error.message)
        annotation.size = _one_size(sizes, findings)
        return annotation

    def _rows_of(self, key: str, column: int) -> Iterator[tuple[int, list[str]]]:
        split, columns = self._split_in_column, self._form.columns
        for line, fields in self._rows.rows(key, self._file, column):
            if split is None or is_of(fields, columns, split):
                yield line, fields


def _one_size(
    sizes: dict[tuple[float, float] | None, int], findings: FileFindings
) -> tuple[float, float] | None:
    """The size of a picture, from what its rows say, and in which line each says so."""
    if None in sizes:
        message = "not given; the picture's is taken"
        findings.warn("size-missing", f"line {sizes.pop(None)}: size", message)
    size, *others = sizes or (None,)
    if others:
        first, second, *_ = sizes.values()
        message = f"another size of the picture than in line {first}"
        findings.fault("size-mismatch", f"line {second}", message)
    return size
