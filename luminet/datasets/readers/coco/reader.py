"""Read COCO annotations: one JSON file for each split."""

from pathlib import Path

from luminet.datasets.annotation import Annotation
from luminet.datasets.findings import FileFindings
from luminet.datasets.image import ImageError
from luminet.datasets.readers.coco import categories as coco_categories
from luminet.datasets.readers.coco import file as coco_file
from luminet.datasets.readers.coco import layout as coco_layout
from luminet.datasets.readers.coco.faults import Faults
from luminet.datasets.readers.coco.layout import Layout
from luminet.datasets.readers.coco.object import read_objects
from luminet.datasets.readers.coco.pictures import find_folder, unlisted
from luminet.datasets.readers.coco.record import Picture
from luminet.datasets.readers.option import named_folder, parse_flag
from luminet.datasets.readers.pictures import PictureFiles
from luminet.datasets.readers.reader import Reader


class COCOReader(Reader):
    """Read one split of a data set in COCO notation.

    Annotation files are looked for in this order:

    1. `annotations/instances_<name>.json`, as COCO has them,
    2. other JSON with lists of images, annotations and categories in `annotations`,
    3. such JSON in the folder itself,
    4. such JSON, one file each, in the folders in it, as Roboflow has it:
       `train/_annotations.coco.json`,
    5. all that in the one folder that lies in it.

    A split is called by the word in the file's name (4: the folder's) that is one for a
    split: "val" of `instances_val2017.json`; by the whole name where there is none. The
    full name, "val2017", will do, too; where files of several years are there, it takes
    that or the year. A single file without such a word is all there is, not divided.

    Pictures lie in the folder of the split's name, in `images`, in `data`, or beside
    the annotation file: where most of them are found. Names may have folders in them.

    The whole file is parsed at once, which takes up to five times its size; some 400
    bytes stay for each picture and each object, and 8 for each number of an outline.

    Args:
        data_dir: the folder of the data set, or the one that it lies in.
        split: its name, with or without the year.
        images: the folder of the pictures, or of their folders, relative to `data_dir`.
        use_supercategory: take the categories' groups as classes.
        year: files of other years are left out.

    Attributes:
        category_ids: the ids of the categories by class name; of groups their numbers.

    Raises:
        InvalidDataset: there is no such data set or split, or it is wrong as a whole.
    """

    def __init__(
        self,
        data_dir: Path,
        split: str,
        images: str | None = None,
        use_supercategory: str | bool = False,
        year: str | None = None,
    ):
        super().__init__(data_dir, split)
        use_supercategory = parse_flag("use_supercategory", use_supercategory)
        layout = Layout(self.data_dir, year)
        found = layout.find(split)
        self._name = self.relative(found.path)
        content = coco_file.read(found.path, self._name)
        self._read_categories(content, use_supercategory)
        self._pictures = {str(key): item for key, item in content.pictures.items()}
        names = [picture.file_name for picture in self._pictures.values()]
        if images:
            images = named_folder(self.data_dir, "images", images)
        folder = find_folder(layout.root, found, names, images)
        self._files = PictureFiles(folder)
        self.findings = list(content.findings.found)
        if len(layout.files) == 1 or folder.name in (found.name, found.split):
            self.findings += unlisted(folder, self.relative(folder), names)

    def _read_categories(self, content: coco_file.COCOFile, use_supercategory: bool):
        faults = Faults(self._name)
        categories = coco_categories.read_categories(
            content.categories, content.used, use_supercategory, faults
        )
        faults.refuse()
        self.class_names = categories.class_names
        self.category_ids = categories.ids
        self._class_of = categories.names

    @classmethod
    def recognise(cls, data_dir: Path) -> str | None:
        """See `Reader`."""
        return coco_layout.recognise(data_dir)

    @classmethod
    def splits(
        cls,
        data_dir: Path,
        images: str | None = None,
        use_supercategory: str | bool = False,
        year: str | None = None,
    ) -> tuple[str, ...]:
        """See `Reader`."""
        return tuple(Layout(data_dir, year).splits)

    def keys(self) -> list[str]:
        """Ids of the pictures, in the order of the file."""
        return list(self._pictures)

    def read(self, key: str) -> Annotation:
        """Read what the file says of a picture."""
        picture = self._pictures[key]
        findings = FileFindings(self._name)
        annotation = self._find_picture(picture, findings)
        if picture.size is None:
            message = "no height and width; the picture's are taken"
            findings.warn("size-missing", f"image {key}", message)
        annotation.size = picture.size
        annotation.objects = read_objects(picture.records, self._class_of, findings)
        return annotation

    def _find_picture(self, picture: Picture, findings: FileFindings) -> Annotation:
        name = self.relative(self._files.folder / picture.file_name)
        try:
            path = self._files.find(picture.file_name)
        except ImageError as error:
            if error.code == "unsafe-path":
                place = f"image {picture.id}: file_name"
                findings.fault(error.code, place, error.message)
                return Annotation(findings, None, self._name, place=place)
            on_picture = FileFindings(name)
            on_picture.fault(error.code, "", error.message)
            return Annotation(findings, None, name, on_picture=on_picture)
        return Annotation(findings, path, name, place=f"image {picture.id}")
