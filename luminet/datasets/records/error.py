"""What can be wrong with a record, or with a file of them."""

from pathlib import Path

from luminet.errors import InputError


class RecordError(InputError):
    """A record that cannot be read.

    Attributes:
        code: of the file, not-a-tfrecord, record-cut or record-damaged; of the record's
            content, not-an-example, feature-missing, feature-type or lengths-differ.
        message: what is wrong, without the path.
    """

    def __init__(self, code: str, message: str, path: Path | str | None = None):
        self.code, self.message = code, message
        super().__init__(f"{path}: {message}" if path else message)
