"""What a reader is: it turns one notation of annotated pictures into `Annotation`s."""

import abc
import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from luminet.datasets.annotation import Annotation
from luminet.datasets.findings import FileFindings, Finding
from luminet.datasets.image import ImageError
from luminet.datasets.readers.pictures import PictureFiles, Pictures
from luminet.errors import LuminetError

# What readers call the one split of a data set that is not divided, among themselves:
# nothing else can have that name.
WHOLE = ""


class Reader(abc.ABC):
    """Knows one split of a data set.

    A reader only says what is written down: it finds the files, reads numbers and
    names, and brings boxes into luminet's form. What is the same for every notation
    happens after it, in `ExampleReader`: decoding the picture, comparing sizes,
    clipping boxes, looking for duplicates, choosing and numbering classes.

    Reading must be possible in any order and in any process: a forked process has its
    own copy of the reader, so open no file that stays open.

    Attributes:
        data_dir: the folder of the data set; names in findings are relative to it.
        split: like "train".
        class_names: the classes that the data set lists, in the order of their numbers;
            None where it has no list: then they are what its annotations name, sorted.
        findings: what is wrong with the list of pictures itself.
    """

    class_names: tuple[str, ...] | None = None
    findings: Sequence[Finding] = ()

    def __init__(self, data_dir: Path, split: str):
        """Find the split, and list its pictures. A subclass may take more options.

        Every option is a keyword with a default, and given as text on the command line.

        Raises:
            InvalidDataset: there is no such data set or split, or it is wrong as a
                whole. It names what is missing, and what there is.
        """
        self.data_dir = Path(data_dir)
        self.split = split

    @classmethod
    @abc.abstractmethod
    def recognise(cls, data_dir: Path) -> str | None:
        """Say in a few words by what this folder is of this notation; None: it is not.

        Quick, whatever lies in the folder: look at names, and at the beginning of a
        file at most.
        """

    @classmethod
    @abc.abstractmethod
    def splits(cls, data_dir: Path) -> tuple[str, ...]:
        """The names of the splits in a folder; empty where it is not divided.

        Where it is not, any name does for `split`. Takes the same options as the
        constructor does.
        """

    @abc.abstractmethod
    def keys(self) -> Sequence[str]:
        """The pictures, by names that are unique in the split, always in one order."""

    @abc.abstractmethod
    def read(self, key: str) -> Annotation:
        """Read what is written of one picture.

        Whatever is wrong with it goes into the findings of what is returned, all of it,
        not only the first fault. Never raises for a fault of the input.
        """

    def find_picture(
        self, pictures: Pictures | PictureFiles, name: str, findings: FileFindings
    ) -> Annotation:
        """Begin an annotation: find its picture, or say why there is none.

        Args:
            pictures: where to look.
            name: what to look for there.
            findings: of the annotation itself; names the file that it lies in.
        """
        try:
            path = pictures.find(name)
        except ImageError as error:
            on_picture = FileFindings(self.relative(pictures.folder / name))
            on_picture.fault(error.code, "", error.message)
            return Annotation(findings, None, on_picture.file, on_picture=on_picture)
        return Annotation(findings, path, self.relative(path))

    def names(self, key: str) -> set[str]:
        """The classes of the objects of a picture; may be quicker than `read`.

        It counts what all pictures name together: what others name, too, may be told.
        """
        return {item.class_name for item in self.read(key).objects}

    def relative(self, path: Path) -> str:
        """A path as findings name it: relative to the folder of the data set."""
        if path.is_relative_to(self.data_dir):
            return path.relative_to(self.data_dir).as_posix()
        return path.as_posix()


@contextlib.contextmanager
def naming_reader(reader: Reader, key: str) -> Iterator[None]:
    """Say which reader it was, and on which picture, if it fails inside.

    Raises:
        LuminetError: anything else was raised than such an error.
    """
    try:
        yield
    except (LuminetError, MemoryError):
        raise
    except Exception as error:
        what = " ".join(f"{type(error).__name__}: {error}".split())
        name = type(reader).__name__
        raise LuminetError(f"the reader {name} failed on '{key}': {what}") from error
