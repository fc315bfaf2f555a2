"""Tell data sets apart that are read together: by a name in front of their files'."""

import dataclasses

from luminet.datasets.annotation import Annotation
from luminet.datasets.findings import FileFindings, Finding
from luminet.datasets.readers.reader import Reader


class PrefixedReader:
    """Reads what another reader does; names of files begin with that of the data set.

    Args:
        reader: of the data set.
        name: of the data set.

    Attributes:
        findings: see `Reader`.
    """

    def __init__(self, reader: Reader, name: str):
        self._reader = reader
        self._name = name
        self.findings = [self._prefixed(finding) for finding in reader.findings]

    def read(self, key: str) -> Annotation:
        """Read what is written of one picture; see `Reader`."""
        found = self._reader.read(key)
        on_picture = found.on_picture
        return dataclasses.replace(
            found,
            picture_name=f"{self._name}/{found.picture_name}",
            findings=self._all_prefixed(found.findings),
            on_picture=on_picture and self._all_prefixed(on_picture),
        )

    def _all_prefixed(self, findings: FileFindings) -> FileFindings:
        prefixed = FileFindings(f"{self._name}/{findings.file}")
        prefixed.found = [self._prefixed(finding) for finding in findings.found]
        return prefixed

    def _prefixed(self, finding: Finding) -> Finding:
        return dataclasses.replace(finding, file=f"{self._name}/{finding.file}")
