"""What is wrong with a COCO file as a whole: told together, not one at a time."""

from luminet.datasets.findings import FileFindings, Finding, InvalidDataset
from luminet.datasets.readers.json_file import JSONError

# Faults that are told; of more, only how many they are.
MAX_TOLD = 20


class Faults:
    """Collects faults: `with faults:` around a check goes on after its `JSONError`.

    Args:
        file: its name, as findings name it.
    """

    def __init__(self, file: str):
        self._findings = FileFindings(file)
        self._count = 0

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace) -> bool:
        if not isinstance(error, JSONError):
            return False
        self.add(error.code, error.field, error.message)
        return True

    def add(self, code: str, field: str, message: str) -> None:
        """Note a fault."""
        self._count += 1
        if self._count <= MAX_TOLD:
            self._findings.fault(code, field, message)

    def refuse(self) -> None:
        """Refuse the file if there are any.

        Raises:
            InvalidDataset: it has them all; its message is the first one.
        """
        found = list(self._findings.found)
        if not found:
            return
        message = str(found[0])
        if self._count > 1:
            more = self._count - 1
            message += f"; {more} more such faults: lumi dataset validate tells them"
        if self._count > MAX_TOLD:
            more = f"and {self._count - MAX_TOLD} more faults of such kinds"
            found.append(Finding(found[-1].code, self._findings.file, "", more))
        raise InvalidDataset(message, found)
