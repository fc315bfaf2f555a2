"""What a reader finds wrong with its input, and how it says so."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from luminet.datasets.finding_codes import REMEDIES
from luminet.errors import InputError

# These make the whole data set doubtful, not one picture: no option skips them.
NEVER_SKIPPED = frozenset({"ambiguous-image", "unknown-class", "unsafe-path"})


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or odd, in one file.

    Attributes:
        code: what kind it is, like "box-inverted": to count and to look up.
        file: the file, relative to the folder of the data set.
        field: the place in the file, like "line 3" or "object 2: xmin"; may be empty.
        message: what is wrong, and what came.
        fatal: whether the picture cannot be used; a warning otherwise.
        box: of an object that is left out for it, in the numbers of the file and maybe
            inside out: `y1, x1, y2, x2`. To be drawn.
        class_name: of an object that is left out for it, as the file has it; may be
            empty. So it need not count where such objects are not wanted.
    """

    code: str
    file: str
    field: str
    message: str
    fatal: bool = True
    box: Sequence[float] | None = dataclasses.field(default=None, compare=False)
    class_name: str = dataclasses.field(default="", compare=False)

    @property
    def remedy(self) -> str:
        """What to do about it; nothing for a code of a reader that is not luminet's."""
        return REMEDIES.get(self.code, "")

    def is_in(self, place: str) -> bool:
        """Whether it lies in an object: in "object 2" are "object 2: xmin" and it."""
        return self.field == place or self.field.startswith(f"{place}:")

    def to_dict(self) -> dict:
        """For JSON."""
        return {
            "code": self.code,
            "severity": "fault" if self.fatal else "warning",
            "file": self.file,
            "field": self.field,
            "message": self.message,
            "remedy": self.remedy,
        }

    def __str__(self) -> str:
        place = f"{self.file}: {self.field}" if self.field else self.file
        return _on_one_line(f"{place}: {self.message} [{self.code}]")


def _on_one_line(text: str) -> str:
    """Names of files and classes may have line breaks, and halves of characters."""
    if text.isprintable():
        return text
    characters = (c if c.isprintable() else ascii(c)[1:-1] for c in text)
    return "".join(characters)


class InvalidExample(InputError):
    """A picture that cannot be used.

    Attributes:
        findings: everything that was found in it, warnings included.
    """

    def __init__(self, findings: Iterable[Finding]):
        self.findings = tuple(findings)
        super().__init__("; ".join(str(f) for f in self.findings if f.fatal))


class InvalidDataset(InputError):
    """A data set that has faults.

    Attributes:
        findings: all of them, in the order of reading.
    """

    def __init__(self, message: str, findings: Iterable[Finding]):
        self.findings = tuple(findings)
        super().__init__(message)

    @classmethod
    def of(cls, code: str, file: str, field: str, message: str) -> "InvalidDataset":
        """The error of one fault that makes all of it unusable."""
        finding = Finding(code, file, field, message)
        return cls(str(finding), [finding])


def totals(counts: Counter[str]) -> str:
    """Codes and how many there are, most first: "30 box-inverted, 20 format"."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count} {code}" for code, count in ordered)


class FileFindings:
    """Collects what is found in one file.

    Args:
        file: its path, relative to the folder of the data set.
    """

    def __init__(self, file: str):
        self.file = file
        self.found: list[Finding] = []

    def fault(
        self, code: str, field: str, message: str, box: Sequence[float] | None = None
    ) -> None:
        """Note something that makes the picture unusable."""
        self.found.append(Finding(code, self.file, field, message, box=box))

    def warn(self, code: str, field: str, message: str) -> None:
        """Note something that is odd, but can be used."""
        self.found.append(Finding(code, self.file, field, message, fatal=False))

    def leave_out(
        self, place: str, class_name: str | None, box: Sequence[float] | None = None
    ) -> None:
        """Note what is known of the last object, left out for what was found in it."""
        for index in reversed(range(len(self.found))):
            finding = self.found[index]
            if not finding.is_in(place):
                break
            known = {
                "class_name": class_name or finding.class_name,
                "box": box or finding.box,
            }
            self.found[index] = dataclasses.replace(finding, **known)

    def rename_classes(self, names: Mapping[str, str]) -> None:
        """Call classes of such objects by other names, where there are some."""
        for index, finding in enumerate(self.found):
            if finding.class_name in names:
                name = names[finding.class_name]
                self.found[index] = dataclasses.replace(finding, class_name=name)

    def scale_boxes(self, height: float, width: float) -> None:
        """Make the boxes of such objects parts of a height and a width."""
        for index, finding in enumerate(self.found):
            if finding.box is not None:
                y1, x1, y2, x2 = finding.box
                box = (y1 / height, x1 / width, y2 / height, x2 / width)
                self.found[index] = dataclasses.replace(finding, box=box)
