"""What a conversion finds on its way: faults, warnings, images that are there twice."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from luminet.datasets.example import Example
from luminet.datasets.findings import Finding


class ConversionLog:
    """Collects findings over all splits.

    Attributes:
        num_read: images, the skipped ones included.
        num_skipped: images with a fault.
    """

    def __init__(self):
        self.num_read = self.num_skipped = 0
        self._findings: list[tuple[str, Finding]] = []
        self._first_seen: dict[bytes, tuple[str, str]] = {}

    def add(self, split: str, findings: Iterable[Finding]) -> None:
        """Note findings of a split."""
        self._findings += [(split, finding) for finding in findings]

    def add_image(self, split: str, example: Example) -> None:
        """Note an image, to tell when it comes again under another name or split."""
        digest = hashlib.sha256(example.image).digest()
        first_split, first = self._first_seen.setdefault(
            digest, (split, example.filename)
        )
        if first_split != split:
            code, message = (
                "split-leak",
                f"the same image is in '{first_split}': {first}",
            )
        elif first != example.filename:
            code, message = "duplicate-image", f"the same image as {first}"
        else:
            return
        self.add(split, [Finding(code, example.filename, "", message, fatal=False)])

    @property
    def findings(self) -> list[Finding]:
        """Everything, in the order of reading."""
        return [finding for _, finding in self._findings]

    @property
    def faults(self) -> list[Finding]:
        """The fatal ones."""
        return [finding for finding in self.findings if finding.fatal]

    @property
    def warnings(self) -> list[Finding]:
        """The others."""
        return [finding for finding in self.findings if not finding.fatal]

    def write_skipped(self, path: Path) -> None:
        """Write the faults, one JSON object a line."""
        # A name on disk may be no valid text: shown with escapes, it still can be told.
        with open(path, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.writelines(f"{line}\n" for line in self._fault_lines())

    def _fault_lines(self) -> Iterator[str]:
        for split, finding in self._findings:
            if finding.fatal:
                line = {
                    "split": split,
                    "file": finding.file,
                    "code": finding.code,
                    "field": finding.field,
                    "message": finding.message,
                }
                yield json.dumps(line, ensure_ascii=False)
